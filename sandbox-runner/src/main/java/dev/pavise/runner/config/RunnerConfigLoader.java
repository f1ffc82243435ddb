package dev.pavise.runner.config;

import dev.pavise.policy.config.ConfigText;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.KeyHelp;
import dev.pavise.policy.config.LoadResult;
import dev.pavise.policy.tool.ToolPolicyKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code runner.yaml}. Never throws for anything that a file may hold: whatever is wrong comes back as errors, as many at once as can be told apart. */
public final class RunnerConfigLoader {
    private RunnerConfigLoader() {}

    /** Reads a file, taking {@code ${VAR}} from the given environment. */
    public static LoadResult<RunnerConfig> load(Path file, EnvironmentLookup environment) {
        return ConfigText.load(file, environment, "runner", RunnerSection.SECTION, "tls and trusted_keys");
    }

    /** Every key, in order. */
    public static List<KeyHelp> keys() {
        List<KeyHelp> all = new ArrayList<>(KeyHelp.of(RunnerSection.SECTION));
        all.addAll(KeyHelp.of("policies.<tool_id>.", ToolPolicyKeys.POLICY));
        return all;
    }
}
