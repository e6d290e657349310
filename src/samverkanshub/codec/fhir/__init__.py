"""FHIR R4 (4.0.1): consents both ways as IHE PCF Consent, decisions out as IHE BALP AuditEvent (docs/fhir.md)."""
