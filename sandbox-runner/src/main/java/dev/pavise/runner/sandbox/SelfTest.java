package dev.pavise.runner.sandbox;

import dev.pavise.policy.Quoted;
import dev.pavise.runner.run.Ending;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Start;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs a tool that looks around, and says what does not hold. */
final class SelfTest {
    private static final List<String> NAMESPACES = List.of("user", "pid", "mnt", "net", "ipc", "uts", "cgroup");

    private static final String SCRIPT = """
            #!/bin/sh
            while read -r line; do echo "$line"; done </proc/self/status
            for space in user pid mnt net ipc uts cgroup; do echo "namespace $space $(/usr/bin/readlink /proc/self/ns/$space)"; done
            if (: >/written) 2>/dev/null; then echo 'root is writable'; fi
            """;

    private static final List<String> EXPECTED = List.of(
            "NoNewPrivs:\t1",
            "Seccomp:\t2",
            "CapInh:\t0000000000000000",
            "CapPrm:\t0000000000000000",
            "CapEff:\t0000000000000000",
            "CapBnd:\t0000000000000000",
            "CapAmb:\t0000000000000000",
            "Uid:\t65534\t65534\t65534\t65534",
            "Gid:\t65534\t65534\t65534\t65534");

    private SelfTest() {}

    /** Nothing where all holds, for a tool that may reach these hosts. */
    static List<String> failures(NativeBackend backend, Path folder, List<String> hosts) throws IOException {
        Path content = folder.resolve("self-test");
        Files.deleteIfExists(content);
        byte[] script = SCRIPT.getBytes(StandardCharsets.UTF_8);
        Staging.write(content, script);
        try {
            Program program =
                    Program.of(SelfTestTool.of(script, List.of("/bin/sh", "/usr/bin/readlink"), hosts), content);
            return switch (backend.start(
                    program, RunInput.of(Duration.ofSeconds(10)), Limits.RESTRICTED, Output.NONE)) {
                case Start.Refused(var refusal) -> List.of("a sandbox cannot be built: " + refusal.reason());
                case Start.Started(var running) -> failures(running.ending().join());
            };
        } finally {
            Files.deleteIfExists(content);
        }
    }

    private static List<String> failures(Ending ending) throws IOException {
        return switch (ending) {
            case Ending.Failed(var refusal) ->
                List.of("a sandbox cannot be built: " + refusal.reason() + way(refusal.reason()));
            case Ending.Completed(RunResult result) -> failures(result);
        };
    }

    private static String way(String reason) {
        if (reason.contains("uid map") || reason.contains("namespace")) {
            return " (allow unprivileged user namespaces: sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces,"
                    + " kernel.apparmor_restrict_unprivileged_userns)";
        }
        return reason.contains("proc") ? " (the container hides /proc: give it procMount: Unmasked)" : "";
    }

    private static List<String> failures(RunResult result) throws IOException {
        if (!result.success()) {
            return List.of(
                    "a tool in the sandbox fails: " + Quoted.of(result.stderr().text()));
        }
        List<String> seen = result.stdout().text().lines().map(String::strip).toList();
        List<String> failures = new ArrayList<>();
        for (String line : EXPECTED) {
            if (!seen.contains(line)) {
                failures.add("the sandbox does not hold: `" + line.replace('\t', ' ') + "` was not seen inside");
            }
        }
        for (String space : NAMESPACES) {
            String outside =
                    Files.readSymbolicLink(Path.of("/proc/self/ns", space)).toString();
            String inside = "namespace " + space + " " + space + ":[";
            if (seen.stream().noneMatch(line -> line.startsWith(inside))
                    || seen.contains("namespace " + space + " " + outside)) {
                failures.add("the sandbox has no " + space + " namespace of its own");
            }
        }
        if (seen.contains("root is writable")) {
            failures.add("the root of the sandbox can be written");
        }
        if (result.peakMemoryBytes() == 0 || result.cpu().isZero()) {
            failures.add("the sandbox ran outside its cgroup");
        }
        return failures;
    }
}
