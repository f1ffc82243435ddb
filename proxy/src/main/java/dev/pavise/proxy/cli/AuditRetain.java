package dev.pavise.proxy.cli;

import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Retained;
import dev.pavise.auditlog.Retention;
import dev.pavise.auditlog.store.RetentionPreview;
import dev.pavise.policy.config.ByteSize;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise audit retain}: removes old records now, while no gateway runs; or shows what would go. */
@Command(
        name = "retain",
        mixinStandardHelpOptions = true,
        description =
                "Removes the oldest records, whole segments at a time, behind a signed note from which the rest still"
                        + " verifies. A running gateway does so by itself; beside one this only shows what would go.")
final class AuditRetain implements Callable<Integer> {
    private static final Duration USUAL_AGE = Duration.ofDays(90);
    private static final long USUAL_BYTES = 50L << 30;
    private static final long MIRROR_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AuditPlace place = new AuditPlace();

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "Removes records older than this (default: as configured, else 90).")
    private @Nullable Integer days;

    @Option(
            names = "--max-size",
            paramLabel = "SIZE",
            description =
                    "Removes the oldest until the rest takes no more than this (default: as configured, else 50GiB).")
    private @Nullable String maxSize;

    @Option(names = "--dry-run", description = "Only shows what would go.")
    private boolean dryRun;

    @Mixin
    private OutputOption output = new OutputOption();

    AuditRetain(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        AuditSettings settings = place.settings(surroundings).withClock(surroundings.clock());
        Retention keep = keep(settings.retention());
        if (dryRun) {
            print(RetentionPreview.of(settings, keep), "would be removed", null);
            return ExitCode.DONE;
        }
        try (AuditStore store = AuditStore.open(settings.withRetention(Retention.FOREVER))) {
            awaitMirror(store);
            print(store.retain(keep), "were removed", null);
            return ExitCode.DONE;
        } catch (AuditOpenException refused) {
            print(RetentionPreview.of(settings, keep), "would be removed", refused.getMessage());
            return ExitCode.WANTING;
        }
    }

    private Retention keep(Retention configured) {
        Duration usual = configured.age() == null ? USUAL_AGE : configured.age();
        long bytes = configured.bytes() == Long.MAX_VALUE ? USUAL_BYTES : configured.bytes();
        if (days != null && days < 1) {
            throw CommandFailure.misuse("--days `" + days + "` is not a number above 0");
        }
        return new Retention(days == null ? usual : Duration.ofDays(days), maxSize == null ? bytes : size(maxSize));
    }

    private static long size(String text) {
        return ByteSize.parse(text)
                .filter(size -> size.bytes() > 0)
                .orElseThrow(
                        () -> CommandFailure.misuse("--max-size `" + text + "` is not a size, such as 10GiB or 500MB"))
                .bytes();
    }

    /** Gives the mirror what it may still lack; what does not get there in time is named in the event of the cut. */
    private static void awaitMirror(AuditStore store) {
        long end = System.nanoTime() + MIRROR_NANOS;
        while (store.stats().mirrorLag() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private void print(Optional<Retained> retained, String what, @Nullable String refused) {
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(JsonMapper.shared().writeValueAsString(facts(retained, refused)));
            return;
        }
        if (refused != null) {
            spec.commandLine().getErr().println("pavise: nothing was removed: " + refused);
        }
        out.println(retained.map(cut -> "records " + cut.from() + " to " + (cut.to() - 1) + " " + what + " ("
                        + cut.reason().code() + "): " + cut.segments() + " segments, " + cut.bytes() + " bytes")
                .orElse("nothing is to be removed"));
    }

    private Map<String, Object> facts(Optional<Retained> retained, @Nullable String refused) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("removed", retained.isPresent() && !dryRun && refused == null);
        if (refused != null) {
            facts.put("refused", refused);
        }
        retained.ifPresent(cut -> {
            facts.put("from", cut.from());
            facts.put("to", cut.to() - 1);
            facts.put("reason", cut.reason().code());
            facts.put("segments", cut.segments());
            facts.put("bytes", cut.bytes());
        });
        return facts;
    }
}
