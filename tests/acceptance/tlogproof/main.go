// Verifies a tlog-proof by torchwood: proof file, verifier key, record hash in hex. Prints the extra data's length.
package main

import (
	"encoding/hex"
	"fmt"
	"os"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if err := verify(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func verify(path, vkey, record string) error {
	proof, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	key, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	var hash tlog.Hash
	if _, err := hex.Decode(hash[:], []byte(record)); err != nil {
		return err
	}
	policy := torchwood.ThresholdPolicy(2, torchwood.OriginPolicy(key.Name()), torchwood.SingleVerifierPolicy(key))
	if err := torchwood.VerifyProof(policy, hash, proof); err != nil {
		return err
	}
	extra, err := torchwood.ProofExtraData(proof)
	if err != nil {
		return err
	}
	fmt.Println("verified, extra of", len(extra), "bytes")
	return nil
}
