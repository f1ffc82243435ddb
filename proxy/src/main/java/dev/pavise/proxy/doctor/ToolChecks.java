package dev.pavise.proxy.doctor;

import dev.pavise.proxy.beside.Plan;
import dev.pavise.proxy.config.ToolsConfig;
import java.util.List;

/** Signed tools and what they may use up. */
final class ToolChecks {
    private ToolChecks() {}

    static void sandbox(Examined examined, Notes notes) {
        ToolsConfig tools = examined.config().tools();
        if (tools == null) {
            notes.notApplicable("no tools are configured, so there is no memory or CPU of theirs to limit");
            return;
        }
        switch (tools.runner()) {
            case ToolsConfig.Runner there -> elsewhere(there, notes);
            case ToolsConfig.LocalRunner here -> beside(examined, tools, here, notes);
        }
    }

    private static void elsewhere(ToolsConfig.Runner runner, Notes notes) {
        notes.ok("tools run in the runner at " + runner.url()
                + " and not here, each within the policy that its signed manifest names");
        if (runner.receiptKey() == null) {
            notes.warn(
                    "results of the runner are taken without checking its receipts",
                    "name the runner's receipt.pub as tools.runner.receipt_key");
        }
    }

    private static void beside(Examined examined, ToolsConfig tools, ToolsConfig.LocalRunner runner, Notes notes) {
        switch (Plan.of(tools, runner, examined.config().dataDir())) {
            case Plan.Made.Refused(String problem) ->
                notes.bad(
                        "no runner can be started beside the gateway: " + problem,
                        "mend it, or name a `runner` that runs elsewhere");
            case Plan.Made.Ready(Plan plan, List<String> warnings) -> {
                notes.ok("tools run in a process beside the gateway, as " + plan.described()
                        + ", each within the policy that its signed manifest names");
                warnings.forEach(warning -> notes.warn(
                        warning,
                        "useradd --system --no-create-home pavise-runner, and let it read what the runner needs"));
            }
        }
    }
}
