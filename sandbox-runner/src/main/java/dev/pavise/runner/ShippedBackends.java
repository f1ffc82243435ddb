package dev.pavise.runner;

import dev.pavise.policy.tool.ToolKind;
import dev.pavise.runner.config.BackendName;
import dev.pavise.runner.config.KubernetesConfig;
import dev.pavise.runner.config.LimitsConfig;
import dev.pavise.runner.config.RunnerConfig;
import dev.pavise.runner.content.PrivateFiles;
import dev.pavise.runner.kubernetes.ClusterAccess;
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

/** The backends that a runner has: WebAssembly within its own process, native programs in namespaces or in pods. One that cannot hold is no backend. */
final class ShippedBackends implements Backends {
    @Override
    public Map<ToolKind, Backend> open(RunnerConfig config) throws StartFailure {
        Map<ToolKind, Backend> open = new EnumMap<>(ToolKind.class);
        try {
            for (BackendName name : config.backends()) {
                open.put(name.kind(), open(name, config));
            }
            return open;
        } catch (StartFailure | RuntimeException e) {
            open.values().forEach(Backend::close);
            throw e;
        }
    }

    private static Backend open(BackendName name, RunnerConfig config) throws StartFailure {
        return switch (name) {
            case WASM -> wasm(config.limits());
            case NATIVE -> contained(config);
            case KUBERNETES -> pods(config);
        };
    }

    private static Backend pods(RunnerConfig config) throws StartFailure {
        KubernetesConfig kubernetes = config.kubernetes();
        if (kubernetes == null) {
            throw new StartFailure("`backends` names `kubernetes`, and there is no section of that name");
        }
        LimitsConfig limits = config.limits();
        return ClusterAccess.ofProcess().open(kubernetes, limits.concurrent(), limits.contentBytes(), config.dataDir());
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
