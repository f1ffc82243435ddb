package dev.pavise.proxy.tool;

import dev.pavise.policy.signing.TrustedKeys;
import dev.pavise.policy.signing.VerifyKey;
import dev.pavise.policy.tool.ToolPolicies;
import dev.pavise.policy.tool.ToolVerifier;
import dev.pavise.proxy.beside.Plan;
import dev.pavise.proxy.beside.RunnerBeside;
import dev.pavise.proxy.config.ToolsConfig;
import dev.pavise.proxy.tls.ClientContext;
import dev.pavise.proxy.tls.TlsMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The tools of one gateway, over all its configurations: what is kept of them, and the rules that are in force. */
public final class Tools implements AutoCloseable {
    private final Path dataDir;
    private final InstantSource clock;
    private final LocalRunner local;
    private final RunnerBeside beside;
    private @Nullable Toolbox box; // opened for the first configuration that has tools
    private volatile @Nullable Now now;

    /** What a request is answered by, from begin to end. */
    public record Now(Toolbox box, ToolRules rules) {}

    public Tools(Path dataDir, InstantSource clock) {
        this.dataDir = dataDir;
        this.clock = clock;
        this.local = new LocalRunner(this::client);
        this.beside = new RunnerBeside(local, clock);
    }

    /** Empty where the configuration has no tools. */
    public Optional<Now> now() {
        return Optional.ofNullable(now);
    }

    /** Reads and checks all that a configuration names, connects to nobody and starts nothing. What is made is the caller's to close, or to put in force. */
    public synchronized TlsMaterial<ToolRules> prepare(ToolsConfig config) {
        List<String> problems = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        TrustedKeys keys = taken(KeyFolder.read(config.trustedKeys()), problems, warnings);
        Runner runner = taken(
                switch (config.runner()) {
                    case ToolsConfig.Runner there -> client(there);
                    case ToolsConfig.LocalRunner here -> planned(config, here);
                },
                problems,
                warnings);
        open(problems);
        ToolVerifier verifier =
                keys == null ? null : new ToolVerifier(keys, new ToolPolicies(config.policies(), List.of()), clock);
        ToolBook given =
                verifier == null ? null : taken(GivenManifests.read(config.manifests(), verifier), problems, warnings);
        if (verifier == null || given == null || runner == null || !problems.isEmpty()) {
            if (runner != null) {
                runner.close();
            }
            return new TlsMaterial.Refused<>(problems);
        }
        Toolbox opened = box;
        if (opened != null) {
            opened.hiddenBy(given)
                    .forEach(tool -> warnings.add("tool `" + tool
                            + "` was registered over the API too; what `tools.manifests` gives goes before it"));
        }
        return new TlsMaterial.Ready<>(new ToolRules(config, verifier, given, runner), warnings);
    }

    private TlsMaterial<Runner> client(ToolsConfig.Runner there) {
        List<String> problems = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        SSLContext tls = taken(
                ClientContext.pinned(there.ca(), new ClientContext.Own(there.cert(), there.key()), there.name(), clock),
                problems,
                warnings);
        Receipts receipts = receipts(there.receiptKey(), problems, warnings);
        return tls == null || receipts == null || !problems.isEmpty()
                ? new TlsMaterial.Refused<>(problems)
                : new TlsMaterial.Ready<>(new RunnerClient(there, tls, receipts), warnings);
    }

    private TlsMaterial<Runner> planned(ToolsConfig config, ToolsConfig.LocalRunner here) {
        return switch (Plan.of(config, here, dataDir)) {
            case Plan.Made.Ready(Plan plan, List<String> warnings) ->
                new TlsMaterial.Ready<>(local.under(plan, beside), warnings);
            case Plan.Made.Refused(String problem) -> new TlsMaterial.Refused<>(List.of(problem));
        };
    }

    private static <T> @Nullable T taken(TlsMaterial<T> material, List<String> problems, List<String> warnings) {
        return switch (material) {
            case TlsMaterial.Ready<T>(T value, List<String> said) -> {
                warnings.addAll(said);
                yield value;
            }
            case TlsMaterial.Refused<T>(List<String> why) -> {
                problems.addAll(why);
                yield null;
            }
        };
    }

    private static @Nullable Receipts receipts(@Nullable Path file, List<String> problems, List<String> warnings) {
        if (file == null) {
            warnings.add(
                    "`tools.runner.receipt_key` is not set: results of the runner are believed without checking its"
                            + " receipts; name its `receipt.pub`");
            return new Receipts.Unchecked();
        }
        try {
            return new Receipts.SignedBy(VerifyKey.ofPem(Files.readString(file)));
        } catch (IOException | IllegalArgumentException unfit) {
            problems.add("`" + file + "` is no public key of receipts: " + unfit.getMessage());
            return null;
        }
    }

    private void open(List<String> problems) {
        if (box == null) {
            try {
                box = Toolbox.open(dataDir);
            } catch (ToolStoreException failure) {
                problems.add(String.valueOf(failure.getMessage()));
            }
        }
    }

    /** Puts rules in force, or where there are none puts tools out of force. */
    public synchronized void take(@Nullable ToolRules rules) {
        Now former = now;
        Toolbox opened = box;
        if (rules != null && opened != null) {
            opened.give(rules.given());
        }
        now = rules == null || opened == null ? null : new Now(opened, rules);
        if (rules != null && rules.config().runner() instanceof ToolsConfig.LocalRunner) {
            rules.runner().begin();
        } else {
            beside.wantNone();
        }
        if (former != null) {
            former.rules().runner().retire();
        }
    }

    @Override
    public synchronized void close() {
        Now last = now;
        now = null;
        if (last != null) {
            last.rules().close();
        }
        local.close(); // its runs end, so that it has nothing to drain
        beside.close();
    }
}
