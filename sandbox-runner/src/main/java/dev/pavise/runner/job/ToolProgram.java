package dev.pavise.runner.job;

import dev.pavise.policy.tool.PolicyName;
import dev.pavise.policy.tool.ResourceGrant;
import dev.pavise.policy.tool.RunLimits;
import dev.pavise.policy.tool.VerifiedTool;
import dev.pavise.runner.config.LimitsConfig;
import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A verified tool in the terms of backends. Nothing is added to what its manifest was granted. */
final class ToolProgram {
    private static final long MIB = 1 << 20;

    private ToolProgram() {}

    static Program program(VerifiedTool tool, Path content) {
        Set<Path> readOnly = new HashSet<>();
        Set<Path> readWrite = new HashSet<>();
        for (ResourceGrant.Files files : tool.files()) {
            (files.writable() ? readWrite : readOnly).add(Path.of(files.path()));
        }
        List<String> hosts = tool.endpoints().stream()
                .map(each -> each.host() + ":" + each.port())
                .toList();
        return new Program(tool.toolId(), content, tool.sha256(), new Grants(readOnly, readWrite, hosts));
    }

    static Limits limits(VerifiedTool tool, LimitsConfig runner) {
        RunLimits signed = tool.limits();
        boolean restricted = tool.manifest().policy() == PolicyName.RESTRICTED;
        return new Limits(
                signed.memoryMb() * MIB,
                Duration.ofSeconds(signed.cpuSeconds()),
                signed.wall(),
                signed.scratchMb() * MIB,
                runner.outputKept(),
                runner.outputBytes(),
                restricted ? Math.min(runner.processes(), Limits.RESTRICTED.processes()) : runner.processes(),
                restricted ? Math.min(runner.openFiles(), Limits.RESTRICTED.openFiles()) : runner.openFiles());
    }
}
