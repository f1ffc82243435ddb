package dev.pavise.proxy.doctor;

/** What the checklist asks and this version cannot have. Said, rather than passed over. */
final class NotBuilt {
    private NotBuilt() {}

    static void agents(Examined examined, Notes notes) {
        notes.notApplicable("this version runs no agents, it forwards to them; it checks no signature of theirs");
    }

    static void schemas(Examined examined, Notes notes) {
        notes.notApplicable("this version does not check bodies against a schema; upstreams have to");
    }

    static void securityTests(Examined examined, Notes notes) {
        notes.notApplicable("the tests against attacks run when Pavise is built (./verify), not in an installation");
    }
}
