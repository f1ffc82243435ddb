package dev.pavise.runner.wasm;

import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Secrets;
import dev.pavise.runner.wasm.files.Fault;
import dev.pavise.runner.wasm.files.Given;
import dev.pavise.runner.wasm.files.GrantException;
import dev.pavise.runner.wasm.files.Granted;
import dev.pavise.runner.wasm.files.MemoryLedger;
import dev.pavise.runner.wasm.files.Mount;
import dev.pavise.runner.wasm.files.Space;
import dev.pavise.runner.wasm.files.Tree;
import dev.pavise.runner.wasm.files.WriteBack;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** The files of one run: a scratch folder at {@code /tmp}, what was granted at the paths it has on the host, and its secrets. */
record RunFiles(Tree tree, Granted granted) {
    private static final String SCRATCH = "/tmp";
    private static final int MOST_NODES = 10_000;

    /** The files, or why there are none. */
    sealed interface Prepared {
        record Ready(RunFiles files) implements Prepared {}

        record Unsafe(String reason) implements Prepared {}
    }

    static Prepared prepare(Grants grants, Secrets secrets, Limits limits, MemoryLedger ledger, LongSupplier nowNs) {
        Space hostSpace = new Space(ledger, ledger.limit(), MOST_NODES);
        try {
            Tree tree = new Tree(hostSpace, nowNs);
            if (limits.scratchBytes() > 0 && !isGranted(grants, Path.of(SCRATCH))) {
                tree.mount(
                        SCRATCH, new Mount(Mount.Mode.SCRATCH, new Space(ledger, limits.scratchBytes(), MOST_NODES)));
            }
            Granted granted = Granted.copy(tree, hostSpace, grants.readOnly(), grants.readWrite());
            if (!secrets.isEmpty()) {
                Map<String, byte[]> files = new TreeMap<>();
                secrets.reveal((name, value) -> files.put(name, value.toArray()));
                Given.put(tree, hostSpace, Secrets.FOLDER, files);
            }
            return new Prepared.Ready(new RunFiles(tree, granted));
        } catch (GrantException e) {
            return new Prepared.Unsafe(e.reason());
        } catch (Fault fault) {
            return new Prepared.Unsafe("the limit on memory leaves no room for a single file");
        }
    }

    private static boolean isGranted(Grants grants, Path path) {
        return grants.readOnly().contains(path) || grants.readWrite().contains(path);
    }

    void writeBack(SecureRandom random) throws IOException {
        WriteBack.apply(granted, random);
    }
}
