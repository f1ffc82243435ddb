package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Finds out whether this host can hold what the native backend promises, each thing by its name, and makes the backend only if it can do
 * all. It does not stop at asking: last it runs a tool and looks from inside and outside whether it is held.
 */
public final class HostProbe {
    private final Settings settings;
    private final LongSupplier nanos;
    private final List<String> missing = new ArrayList<>();

    private HostProbe(Settings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
    }

    /** What came of it. */
    public sealed interface Probed {
        /** All is there, and was seen to hold. */
        record Fit(NativeBackend backend) implements Probed {}

        /** What is not, and the way out, in words. */
        record Unfit(List<String> missing) implements Probed {
            public Unfit {
                missing = List.copyOf(missing);
            }
        }
    }

    public static Probed open(Settings settings) {
        return open(settings, System::nanoTime);
    }

    static Probed open(Settings settings, LongSupplier nanos) {
        return new HostProbe(settings, nanos).open();
    }

    private Probed open() {
        try {
            Architecture architecture = Architecture.named(System.getProperty("os.arch"))
                    .orElseThrow(() ->
                            new IOException("no system calls are known for this processor; amd64 and aarch64 are"));
            if (!System.getProperty("os.name").equals("Linux")) {
                throw new IOException("namespaces and seccomp are Linux; run tools on Linux, or use WebAssembly");
            }
            refuseToBeProcessOne();
            int own = Users.own();
            RunUsers users = users(own);
            Programs programs = Programs.find();
            programs.requireTrusted();
            BubblewrapVersion.require(programs.bubblewrap());
            Staging.ownFolder(settings.folder(), own);
            try (Lock lock = Lock.take(settings.folder())) {
                SystemFolders system = SystemFolders.of(Path.of("/"));
                Networks networks = Networks.find(settings, system);
                Host host = new Host(
                        architecture,
                        programs,
                        system,
                        CgroupSearch.find(settings.folder()),
                        users,
                        Landlock.open(),
                        networks);
                NativeBackend backend = new NativeBackend(host, settings, lock, nanos);
                missing.addAll(SelfTest.failures(backend, settings.folder(), List.of()));
                if (missing.isEmpty()) {
                    tryNetwork(networks, backend);
                    lock.keep();
                    return new Probed.Fit(backend);
                }
                backend.close();
            }
        } catch (IOException e) {
            missing.add(String.valueOf(e.getMessage()));
        }
        return new Probed.Unfit(missing);
    }

    // A host that cannot hold it has no network for tools; those that name no hosts need none.
    private void tryNetwork(Networks networks, NativeBackend backend) throws IOException {
        if (networks.missing().isEmpty()) {
            List<String> failures = SelfTest.failures(backend, settings.folder(), List.of("self-test.invalid:443"));
            if (!failures.isEmpty()) {
                networks.turnOff(String.join("; ", failures));
            }
        }
    }

    // Orphans of a run become children of process 1, and a JVM takes no note of the end of children that it did not
    // start.
    private static void refuseToBeProcessOne() throws IOException {
        if (ProcessHandle.current().pid() == 1) {
            throw new IOException(
                    "the runner is process 1 here, where what is left of ended runs in the table of processes would"
                            + " pile up; start it below an init: `tini -- ...`, `docker run --init`, or in a pod"
                            + " `shareProcessNamespace: true`");
        }
    }

    private RunUsers users(int own) throws IOException {
        if (own != 0) {
            return RunUsers.asOneself();
        }
        String userMap = Files.readString(Path.of("/proc/self/uid_map"));
        String groupMap = Files.readString(Path.of("/proc/self/gid_map"));
        if (!Users.maps(userMap, settings.firstUser(), settings.runs()) || !Users.maps(groupMap, settings.group(), 1)) {
            throw new IOException(
                    "the users from " + settings.firstUser() + " and the group " + settings.group()
                            + " do not exist in this user namespace, and tools do not run as root; start the runner as another user");
        }
        return RunUsers.asRoot(settings.firstUser(), settings.group());
    }
}
