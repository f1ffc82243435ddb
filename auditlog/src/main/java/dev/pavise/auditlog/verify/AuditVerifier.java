package dev.pavise.auditlog.verify;

/** Tells whether an audit folder, or a copy of one, is whole. Reads only, needs no lock, and never trusts what it reads. */
public final class AuditVerifier {
    private AuditVerifier() {}
}
