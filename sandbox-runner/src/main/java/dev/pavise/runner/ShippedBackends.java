package dev.pavise.runner;

import dev.pavise.policy.tool.ToolKind;
import dev.pavise.runner.config.LimitsConfig;
import dev.pavise.runner.config.RunnerConfig;
import dev.pavise.runner.content.PrivateFiles;
import dev.pavise.runner.run.Backend;
import dev.pavise.runner.sandbox.HostProbe;
import dev.pavise.runner.sandbox.Settings;
import dev.pavise.runner.server.StartFailure;
import dev.pavise.runner.wasm.WasmBackend;
import dev.pavise.runner.wasm.WasmSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The backends that a runner has: WebAssembly within its own process, native programs in namespaces. One that cannot hold is no backend. */
final class ShippedBackends implements Backends {
    @Override
    public Map<ToolKind, Backend> open(RunnerConfig config) throws StartFailure {
        Map<ToolKind, Backend> open = new EnumMap<>(ToolKind.class);
        try {
            for (ToolKind kind : config.backends()) {
                open.put(kind, open(kind, config));
            }
            return open;
        } catch (StartFailure | RuntimeException e) {
            open.values().forEach(Backend::close);
            throw e;
        }
    }

    private static Backend open(ToolKind kind, RunnerConfig config) throws StartFailure {
        return switch (kind) {
            case WASM -> wasm(config.limits());
            case NATIVE -> contained(config);
        };
    }

    private static Backend wasm(LimitsConfig limits) {
        WasmSettings heap = WasmSettings.ofHeap();
        WasmSettings settings = new WasmSettings(
                heap.bounds(), heap.cachedModules(), heap.cachedCodeBytes(), limits.concurrent(), heap.memoryBytes());
        return new WasmBackend(settings, InstantSource.system(), System::nanoTime);
    }

    private static Backend contained(RunnerConfig config) throws StartFailure {
        Set<Path> kept;
        try {
            PrivateFiles.folder(config.dataDir());
            kept = kept(config);
        } catch (IOException e) {
            throw new StartFailure("data_dir `" + config.dataDir() + "` cannot be used: " + e.getMessage());
        }
        LimitsConfig limits = config.limits();
        Settings settings = new Settings(
                config.dataDir().toAbsolutePath().resolve("sandbox"),
                limits.concurrent(),
                limits.contentBytes(),
                Settings.FREE_USERS,
                Settings.FREE_USERS,
                config.egress(),
                kept);
        return switch (HostProbe.open(settings)) {
            case HostProbe.Probed.Fit fit -> fit.backend();
            case HostProbe.Probed.Unfit unfit ->
                throw new StartFailure("native tools cannot be held here: " + String.join("; ", unfit.missing())
                        + "; mend it, or leave `native` out of `backends`");
        };
    }

    /** The runner's own places, where links lead in the end: a grant that gets there by another name is none. */
    private static Set<Path> kept(RunnerConfig config) throws IOException {
        List<Path> own = new ArrayList<>(
                List.of(config.dataDir(), config.trustedKeys(), config.tls().key()));
        Path receiptKey = config.receiptKey();
        if (receiptKey != null) {
            own.add(receiptKey);
        }
        Set<Path> kept = new HashSet<>();
        for (Path place : own) {
            // One that is not there is missed by whoever needs it, in better words.
            kept.add(
                    Files.exists(place)
                            ? place.toRealPath()
                            : place.toAbsolutePath().normalize());
        }
        return kept;
    }
}
