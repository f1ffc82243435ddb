package dev.pavise.proxy.beside;

import dev.pavise.policy.tool.ToolKind;
import dev.pavise.proxy.config.ToolsConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The command that becomes a runner. It is the user's before it is a JVM, can gain no privilege, and is killed by the kernel when the thread that
 * started it ends, which is with the gateway at the latest, however that ends.
 */
final class BesideCommand {
    // The gateway may have gone before its death could be asked for.
    private static final String STILL_THERE = "[ \"$PPID\" = \"$1\" ] || exit 1; shift; exec \"$@\"";

    /** What a runner may know of the gateway's surroundings; a token is not among it. */
    private static final List<String> HANDED_ON = List.of("LANG", "LC_ALL", "TZ", "PAVISE_LOG_LEVEL");

    private BesideCommand() {}

    static ProcessBuilder of(RunnerProgram program, ToolsConfig.LocalRunner how, BesideFolder folder) {
        List<String> command = new ArrayList<>();
        switch (folder.whom()) {
            case Whom.Other user
            when how.backends().contains(ToolKind.NATIVE) ->
                command.addAll(List.of("/bin/sh", program.asUser().toString(), user.name(), cgroup(folder)));
            case Whom.Other user -> command.addAll(RunnerUser.dropping(user));
            default -> {}
        }
        command.addAll(List.of("/usr/bin/setpriv", "--no-new-privs", "--pdeathsig=KILL", "--"));
        command.addAll(List.of(
                "/bin/sh",
                "-c",
                STILL_THERE,
                "runner",
                Long.toString(ProcessHandle.current().pid())));
        List<String> options = new ArrayList<>(List.of(
                "-Xmx" + how.heap().bytes(), "-Duser.home=" + folder.data(), "-Djava.io.tmpdir=" + folder.data()));
        String further = System.getenv("PAVISE_RUNNER_JAVA_OPTS");
        if (further != null && !further.isBlank()) {
            options.addAll(List.of(further.strip().split("\\s+", -1)));
        }
        command.addAll(program.command(options, folder.config()));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.top().toFile());
        environment(builder.environment());
        return builder;
    }

    private static void environment(Map<String, String> environment) {
        Map<String, String> all = Map.copyOf(environment);
        environment.clear();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("PAVISE_LOG_FORMAT", "json");
        environment.put("MALLOC_ARENA_MAX", "2");
        HANDED_ON.stream().filter(all::containsKey).forEach(name -> environment.put(name, all.get(name)));
    }

    /** One for each folder, and the same at each start. */
    private static String cgroup(BesideFolder folder) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(folder.top().toString().getBytes(StandardCharsets.UTF_8));
            return "pavise-runner-" + HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
