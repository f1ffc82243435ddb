package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.AuditUnavailable.Reason;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Witness.Answer;
import dev.pavise.auditlog.Witness.Refusal;
import dev.pavise.auditlog.WitnessSettings;
import dev.pavise.auditlog.WitnessStats;
import dev.pavise.auditlog.codec.Cosignature;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the newest checkpoint cosigned, on a thread of its own: neither appending nor sealing waits for a witness. What it answers is
 * believed only with a cosignature by its key, over this very checkpoint, of now.
 */
final class Witnessing implements WitnessStats {
    private static final Logger log = LoggerFactory.getLogger(Witnessing.class);
    /** How far the witness's clock may be from ours. */
    static final Duration SKEW = Duration.ofMinutes(1);

    private static final long FIRST_LOOK_MILLIS = 50;
    private static final long LAST_WAIT_MILLIS = 10_000;

    private final AuditSettings settings;
    private final WitnessSettings witness;
    private final Supplier<@Nullable SealedTree> newest;
    private final Consumer<AuditRecord> events;
    private final Extensions extensions;
    private final Map<Refusal, LongAdder> refusals = new EnumMap<>(Refusal.class);
    private final LongAdder failures = new LongAdder();
    private final AtomicReference<@Nullable SealedTree> taken = new AtomicReference<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("audit-witness").unstarted(this::run);
    private volatile @Nullable Known known;
    private @Nullable Refusal told;
    private boolean away;
    private final long maxAgeMillis;

    /** The newest checkpoint that was cosigned. */
    private record Known(SealedTree tree, Instant at) {}

    private Witnessing(
            AuditSettings settings,
            WitnessSettings witness,
            AuditFolder folder,
            Supplier<@Nullable SealedTree> newest,
            Consumer<AuditRecord> events)
            throws IOException {
        this.settings = settings;
        this.witness = witness;
        this.newest = newest;
        this.events = events;
        this.extensions = new Extensions(folder);
        this.maxAgeMillis = witness.maxAge().toMillis();
        for (Refusal refusal : Refusal.values()) {
            refusals.put(refusal, new LongAdder());
        }
        CosignedFile.read(settings)
                .ifPresent(tree -> Cosignature.check(tree.note(), witness.key())
                        .ifPresent(cosignature -> known = new Known(tree, cosignature.at())));
    }

    /** Null where no witness is named. */
    static @Nullable Witnessing of(
            AuditSettings settings,
            AuditFolder folder,
            Supplier<@Nullable SealedTree> newest,
            Consumer<AuditRecord> events)
            throws IOException {
        WitnessSettings witness = settings.witness();
        return witness == null ? null : new Witnessing(settings, witness, folder, newest, events);
    }

    /** Whether nothing may be begun without a cosignature that is young enough. */
    boolean required() {
        return witness.required();
    }

    void start() {
        thread.start();
    }

    private void run() {
        long pause = FIRST_LOOK_MILLIS;
        while (!waited(pause)) {
            SealedTree tree = newest.get();
            if (tree != null) {
                round(tree);
                pause = witness.every().toMillis();
            }
        }
    }

    private boolean waited(long millis) {
        try {
            return stop.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void round(SealedTree tree) {
        Known before = known;
        if (before != null && before.tree.checkpoint().equals(tree.checkpoint()) && !half(before.at)) {
            return;
        }
        try {
            ask(before, tree);
        } catch (IOException | RuntimeException e) {
            failures.increment();
            if (!away) {
                log.warn(
                        "witness {} gives no answer, asked again: {}",
                        witness.key().name(),
                        e.getMessage());
            }
            away = true;
        }
    }

    /** Whether a cosignature of this time is half as old as it may become. */
    private boolean half(Instant at) {
        return Duration.between(at, settings.clock().instant()).multipliedBy(2).compareTo(witness.maxAge()) >= 0;
    }

    private void ask(@Nullable Known before, SealedTree tree) throws IOException {
        MerkleTree from = before == null ? new MerkleTree() : before.tree.tree();
        Answer answer = put(from, tree);
        if (answer instanceof Answer.Remembers(long size)
                && size != from.size()
                && size <= tree.checkpoint().size()) {
            answer = put(extensions.beginning(size), tree);
        }
        if (away) {
            log.info("witness {} answers again", witness.key().name());
            away = false;
        }
        judge(answer, tree);
    }

    private Answer put(MerkleTree from, SealedTree tree) throws IOException {
        Optional<List<byte[]>> proof = extensions.proof(from, tree.checkpoint());
        return proof.isEmpty()
                ? new Answer.Refused(
                        Refusal.NOT_EXTENDED,
                        "our own leaf hashes do not lead from what was cosigned to what is signed")
                : witness.witness().cosign(from.size(), proof.get(), tree.note());
    }

    private void judge(Answer answer, SealedTree tree) throws IOException {
        long size = tree.checkpoint().size();
        switch (answer) {
            case Answer.Cosigned(List<String> lines) -> {
                Instant now = settings.clock().instant();
                Optional<Cosignature> newestOf = lines.stream()
                        .flatMap(line -> Cosignature.check(tree.checkpoint().text(), line, witness.key()).stream())
                        .max(Comparator.comparing(Cosignature::at));
                if (newestOf.isEmpty()) {
                    refuse(Refusal.BAD_COSIGNATURE, "what it gave is no cosignature of this checkpoint by its key");
                } else if (Duration.between(newestOf.get().at(), now).abs().compareTo(SKEW) > 0) {
                    refuse(
                            Refusal.BAD_COSIGNATURE,
                            "its cosignature is of " + newestOf.get().at() + ", not of now");
                } else {
                    cosigned(newestOf.get(), tree);
                }
            }
            case Answer.Remembers(long remembered) when remembered > size -> rolledBack(remembered, size);
            case Answer.Remembers(long remembered) ->
                refuse(Refusal.OTHER_TREE, "it remembers " + remembered + " records, and others than these");
            case Answer.Refused(Refusal refusal, String why) -> refuse(refusal, why);
        }
    }

    private void cosigned(Cosignature cosignature, SealedTree tree) throws IOException {
        SealedTree with = tree.cosigned(cosignature, witness.key());
        if (told != null) {
            told = null;
            log.info("witness {} cosigns again", witness.key().name());
            events.accept(OwnEvents.witnessCosigned(
                    settings, witness.key().name(), with.checkpoint().size()));
        }
        known = new Known(with, cosignature.at());
        taken.set(with);
        CosignedFile.write(settings, with, settings.durability() == Durability.DISK);
    }

    private void rolledBack(long remembered, long size) {
        if (told != Refusal.ROLLED_BACK) {
            events.accept(OwnEvents.gap(settings, new Recovery.Gap(size, remembered)));
        }
        refuse(Refusal.ROLLED_BACK, "it remembers " + remembered + " records, and this log has " + size + " signed");
    }

    /** Tells of it loudly where it is new, and counts it. */
    private void refuse(Refusal refusal, String why) {
        if (refusal != told) {
            told = refusal;
            log.error("witness {} does not cosign {}: {}", witness.key().name(), settings.origin(), why);
            events.accept(OwnEvents.witnessRefused(settings, witness.key().name(), refusal, why));
        }
        count(refusal).increment();
    }

    private LongAdder count(Refusal refusal) {
        return Objects.requireNonNull(refusals.get(refusal));
    }

    /** What was cosigned since this was last asked; null where nothing was. */
    @Nullable
    SealedTree takeNew() {
        return taken.getAndSet(null);
    }

    /** The newest checkpoint that was cosigned; empty text where none was. */
    String note() {
        Known now = known;
        return now == null ? "" : now.tree.note();
    }

    /** Why nothing may be begun, where a cosignature is required; empty while the newest is young enough. */
    Optional<AuditUnavailable> notWitnessed() {
        Known now = known;
        if (now != null) {
            long age = settings.clock().millis() - now.at.toEpochMilli();
            if (age <= maxAgeMillis && age >= -SKEW.toMillis()) {
                return Optional.empty();
            }
        }
        String since = now == null ? "yet" : "since " + now.at;
        return Optional.of(new AuditUnavailable(
                Reason.NOT_WITNESSED, "witness " + witness.key().name() + " has not cosigned " + since));
    }

    @Override
    public long cosigned() {
        Known now = known;
        return now == null ? 0 : now.tree.checkpoint().size();
    }

    @Override
    public double ageSeconds() {
        Known now = known;
        return now == null ? Double.NaN : (settings.clock().millis() - now.at.toEpochMilli()) / 1000.0;
    }

    @Override
    public long refusals(Refusal refusal) {
        return count(refusal).sum();
    }

    @Override
    public long failures() {
        return failures.sum();
    }

    /** Shows the witness the last checkpoint, unless it was away, and lets go of it. Called when the log is sealed for the last time. */
    void close() {
        stop.countDown();
        if (ended()) {
            SealedTree last = newest.get();
            if (last != null && !away) {
                round(last);
            }
        }
        witness.witness().close();
    }

    private boolean ended() {
        try {
            thread.join(LAST_WAIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
