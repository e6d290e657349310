#!/usr/bin/env bash
# Starts the broker of docker-compose.yml: lays keys as Kafka reads them, makes its first user where it has none.
# In KAFKA is the broker, in HEMLIGHETER its certificate, key and authority, and the first user's password.
set -euo pipefail
umask 077
kafka=${KAFKA:-/opt/kafka}
hemligheter=${HEMLIGHETER:-/run/secrets}
egna=${EGNA:-/etc/samverkan}
work=/tmp/samverkan
conf=$work/server.properties
scram=org.apache.kafka.common.security.scram.ScramLoginModule

rm -rf "$work"
mkdir -p "$work"
cat "$hemligheter/kafka.key" "$hemligheter/kafka.pem" > "$work/broker.pem"

# The controller takes one certificate alone, which the broker makes for itself. Passwords are on no command line.
head -c 24 /dev/urandom | base64 > "$work/ord"
own=(-alias broker -storetype PKCS12 -keystore "$work/controller.p12" -storepass:file "$work/ord")
keytool -genkeypair "${own[@]}" -dname CN=samverkan-broker -keyalg EC -groupname secp256r1 -validity 3650 \
    -ext san=dns:localhost,ip:127.0.0.1
keytool -exportcert -rfc "${own[@]}" -file "$work/controller-ca.pem"
{
    cat "$egna/server.properties"
    echo "listener.name.controller.ssl.keystore.password=$(cat "$work/ord")"
    echo "listener.name.controller.ssl.key.password=$(cat "$work/ord")"
} > "$conf"

losen=$(cat "$hemligheter/samverkan-drift")
{
    echo "security.protocol=SASL_SSL"
    echo "sasl.mechanism=SCRAM-SHA-512"
    echo "sasl.jaas.config=$scram required username=\"samverkan-drift\" password=\"$losen\";"
    echo "ssl.truststore.type=PEM"
    echo "ssl.truststore.location=$hemligheter/ca.pem"
} > "$work/drift.properties"

data=$(sed -n 's/^log\.dirs=//p' "$conf")
if [[ ! -e $data/meta.properties ]]; then
    {
        echo "kafka.tools.StorageTool format --cluster-id $("$kafka/bin/kafka-storage.sh" random-uuid) --config $conf"
        echo "--add-scram \"SCRAM-SHA-512=[name=samverkan-drift,password=$losen,iterations=8192]\""
    } > "$work/format.args"
    java -cp "$kafka/libs/*" "@$work/format.args"
    rm "$work/format.args"
fi
export KAFKA_LOG4J_OPTS="-Dlog4j2.configurationFile=$egna/log4j2-stdout.properties"
# No log of the garbage collector, which would grow in memory.
export LOG_DIR=$work EXTRA_ARGS="-name kafka"
exec "$kafka/bin/kafka-server-start.sh" "$conf"
