package dev.pavise.proxy.management;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.policy.config.Secret;
import dev.pavise.policy.tool.ManifestResult;
import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.SemanticVersion;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.Verification;
import dev.pavise.policy.tool.VerifiedTool;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.tool.RunAnswer;
import dev.pavise.proxy.tool.RunInput;
import dev.pavise.proxy.tool.RunOrder;
import dev.pavise.proxy.tool.Tools;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code POST /v1/tools/{id}/run}. The order: what is asked for, manifest, signature, content, limits, secrets, the record that all of it was
 * passed, and then the runner.
 */
final class ToolRuns {
    private static final String STREAM = "text/event-stream";

    private final AuditLog audit;

    ToolRuns(AuditLog audit) {
        this.audit = audit;
    }

    LocalAnswer run(Tools.Now now, Call call) {
        Optional<SemanticVersion> version =
                ToolJson.version(Parameters.of(call.query(), "version").get("version"));
        String toolId = Parameters.variable(call.variable());
        RunInput input = ToolInput.of(call.body());
        return switch (now.box().book().find(toolId, version)) {
            case Refused refused ->
                ToolRefusals.answer(
                        refused,
                        version.map(asked -> Map.of("version", asked.toString()))
                                .orElse(Map.of()));
            case ManifestResult.Present(SignedManifest signed) ->
                switch (now.rules().verifier().verify(signed, now.box().contents())) {
                    case Refused refused -> ToolRefusals.answer(refused, facts(signed));
                    case Verification.Verified(VerifiedTool tool) -> run(now, tool, signed, input, call);
                };
        };
    }

    private static Map<String, String> facts(SignedManifest signed) {
        Map<String, String> facts = ToolJson.facts(signed.manifest());
        facts.remove("tool"); // the record's resource
        return facts;
    }

    private LocalAnswer run(Tools.Now now, VerifiedTool tool, SignedManifest signed, RunInput input, Call call) {
        Map<String, String> facts = facts(signed);
        facts.put("key", tool.signer().id().text());
        facts.put("key_name", tool.signer().name());
        if (!tool.secrets().isEmpty()) {
            facts.put("secrets", String.join(",", tool.secrets()));
        }
        Optional<Path> content = now.box().contents().find(tool.sha256());
        if (content.isEmpty()) {
            return LocalAnswer.refused(RefusalCode.CONTENT_MISSING, "the content of the tool was removed just now");
        }
        Map<String, Secret> secrets;
        switch (ToolSecrets.of(tool, now.rules().config().secrets(), call.caller(), facts)) {
            case ToolSecrets.Refused(LocalAnswer refused) -> {
                return refused;
            }
            case ToolSecrets.Given(Map<String, Secret> values) -> secrets = values;
        }
        ToolRecords records = new ToolRecords(audit, call, tool);
        if (!records.verified(facts)) {
            return LocalAnswer.refused(RefusalCode.AUDIT_UNAVAILABLE, RefusalCode.AUDIT_UNAVAILABLE.title());
        }
        RunOrder order = new RunOrder(
                tool,
                signed,
                content.get(),
                input,
                secrets,
                Objects.requireNonNullElse(call.from().requestId(), ""),
                call.caller().id());
        ToolOutcome outcome = new ToolOutcome(facts, records);
        return streams(call)
                ? outcome.streamed(now.rules().runner().stream(order, call.gone()))
                : outcome.answer(now.rules().runner().run(order, call.gone()));
    }

    private static boolean streams(Call call) {
        return call.accept().contains(STREAM);
    }

    /** The facts of a run, for what is made of its answer. */
    static Map<String, String> more(Map<String, String> facts, RunAnswer answer) {
        Map<String, String> told = new LinkedHashMap<>(facts);
        switch (answer) {
            case RunAnswer.Finished(var report) -> {
                told.put("run_id", report.runId());
                told.put("exit_code", Long.toString(report.exitCode()));
                told.put("output_sha256", report.outputHash());
                told.put("run_ms", Long.toString(report.durationMs()));
                told.put("cpu_ms", Long.toString(report.cpuMs()));
                told.put("receipt", report.receiptState());
                if (report.connections().count() > 0) {
                    told.put("connections", Long.toString(report.connections().count()));
                }
                if (!report.violations().isEmpty()) {
                    told.put("violations", String.join(",", report.violations()));
                }
            }
            case RunAnswer.Declined declined -> {
                told.put("ran", declined.mayHaveRun() ? "unknown" : "no");
                told.put("runner_code", declined.code());
                told.put("detail", declined.detail());
            }
            case RunAnswer.Failed failed -> {
                told.put("ran", failed.mayHaveRun() ? "unknown" : "no");
                told.put("detail", failed.detail());
            }
            case RunAnswer.Abandoned ignored -> told.put("ran", "ended");
            case RunAnswer.Begun ignored -> {}
        }
        return told;
    }
}
