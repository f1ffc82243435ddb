package dev.pavise.proxy.cli;

import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.store.KeyRotation;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise audit rotate-key}: a new signing key for the audit trail, while no gateway runs. */
@Command(
        name = "rotate-key",
        mixinStandardHelpOptions = true,
        description = "Replaces the key that signs the audit trail. Stop the gateway first: while it runs, nothing is"
                + " changed. The new public key verifies all of the log; the old one verifies it up to here.")
final class AuditRotateKey implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AuditPlace place = new AuditPlace();

    @Mixin
    private OutputOption output = new OutputOption();

    AuditRotateKey(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        AuditSettings settings = place.settings(surroundings).withClock(surroundings.clock());
        KeyRotation.Rotated rotated;
        try {
            rotated = KeyRotation.run(settings);
        } catch (AuditOpenException refused) {
            throw CommandFailure.wanting("the key was not rotated: " + refused.getMessage());
        }
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("old_key", rotated.oldKey());
            facts.put("new_key", rotated.newKey());
            facts.put("size", rotated.size());
            facts.put("public_key", rotated.publicPem());
            out.println(JsonMapper.shared().writeValueAsString(facts));
        } else {
            out.println("key " + rotated.oldKey() + " was retired after " + rotated.size()
                    + " records; from now on key " + rotated.newKey() + " signs");
            out.println("give its public key to whoever verifies:");
            out.print(rotated.publicPem());
        }
        return ExitCode.DONE;
    }
}
