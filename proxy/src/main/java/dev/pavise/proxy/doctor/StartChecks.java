package dev.pavise.proxy.doctor;

/** Whether the gateway would start. */
final class StartChecks {
    private StartChecks() {}

    static void start(Examined examined, Notes notes) {
        examined.startErrors().forEach(error -> notes.bad(error.toString(), "mend the configuration at that place"));
        if (examined.startErrors().isEmpty()) {
            notes.ok("the configuration is valid, and the gateway would start with it; requests are parsed strictly,"
                    + " which cannot be switched off");
        }
    }
}
