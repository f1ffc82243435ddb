package dev.pavise.proxy.doctor;

import dev.pavise.proxy.config.ToolsConfig;

/** Signed tools and what they may use up. */
final class ToolChecks {
    private ToolChecks() {}

    static void sandbox(Examined examined, Notes notes) {
        ToolsConfig tools = examined.config().tools();
        if (tools == null) {
            notes.notApplicable("no tools are configured, so there is no memory or CPU of theirs to limit");
            return;
        }
        notes.ok("tools run in the runner at " + tools.runner().url()
                + " and not here, each within the policy that its signed manifest names");
        if (tools.runner().receiptKey() == null) {
            notes.warn(
                    "results of the runner are taken without checking its receipts",
                    "name the runner's receipt.pub as tools.runner.receipt_key");
        }
    }
}
