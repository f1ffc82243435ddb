package dev.pavise.proxy.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.doctor.Checklist;
import dev.pavise.proxy.doctor.Examined;
import dev.pavise.proxy.doctor.Finding;
import dev.pavise.proxy.doctor.Topic;
import dev.pavise.proxy.doctor.Verdict;
import dev.pavise.proxy.server.StartCheck;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pavise doctor}. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Walks the security checklist over a configuration and this machine, and says for each point what it"
                        + " found and how to mend it. Run it as the gateway's user. Exit code 1 where something is bad.")
final class DoctorCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigSource source = new ConfigSource();

    @Mixin
    private OutputOption output = new OutputOption();

    DoctorCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        List<Finding> findings = switch (source.choice().load(surroundings)) {
            case ConfigResult.Loaded loaded -> Checklist.examine(examined(loaded.config()));
            case ConfigResult.Invalid invalid ->
                invalid.errors().stream().map(DoctorCommand::unreadable).toList();
        };
        boolean passes = Checklist.passes(findings);
        if (output.json()) {
            spec.commandLine().getOut().println(DoctorText.json(findings, passes));
        } else {
            DoctorText.lines(findings).forEach(spec.commandLine().getOut()::println);
        }
        return passes ? ExitCode.DONE : ExitCode.WANTING;
    }

    private Examined examined(GatewayConfig config) throws IOException {
        return new Examined(
                config,
                StartCheck.errors(config, surroundings.environment()),
                Files.readString(config.file(), StandardCharsets.UTF_8),
                surroundings.environment(),
                openFiles(),
                surroundings.clock().instant());
    }

    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    private static Finding unreadable(ConfigError error) {
        return new Finding(
                Topic.VALIDATION, Verdict.BAD, error.toString(), "mend it there; nothing else was checked until then");
    }
}
