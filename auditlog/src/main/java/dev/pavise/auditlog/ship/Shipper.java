package dev.pavise.auditlog.ship;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends records on, behind the write path and on a thread of its own, so that a destination that is slow, full, down or lying
 * holds nothing up and takes no more memory than one batch.
 *
 * <p>Guarantees: each record under a signed checkpoint is delivered at least once, and first appearances are in the order of the
 * log; what cannot be delivered is told by a message in its place. It does not guarantee that the destination keeps what it
 * acknowledged.
 */
public final class Shipper implements ShipStats, Closeable {
    private static final Logger log = LoggerFactory.getLogger(Shipper.class);
    private static final long IDLE_MILLIS = 100;
    private static final Duration AT_LEAST = Duration.ofMillis(200); // for what was acknowledged to be noted
    private static final Duration GIVE_UP = Duration.ofSeconds(2);

    private final ShipSettings settings;
    private final Backlog backlog;
    private final Sink.Opener opener;
    private final Notices notices;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private final ShipFigures figures;
    private @Nullable Sink sink;
    private @Nullable Batches batches;
    private @Nullable ShipPosition position;
    private boolean failing;
    private boolean unnoted;
    private long waitMillis;
    private volatile long lastChance = Long.MAX_VALUE;

    private Shipper(ShipSettings settings, Backlog backlog, Sink.Opener opener, InstantSource clock) {
        this.settings = settings;
        this.backlog = backlog;
        this.opener = opener;
        this.notices = new Notices(settings, clock);
        this.figures = new ShipFigures(backlog.stored(), clock);
        this.thread = Thread.ofPlatform().daemon().name("audit-ship").unstarted(this::run);
    }

    /**
     * The log that is shipped.
     *
     * @param stored how many records it has
     * @param signed how many of them are under a checkpoint; others are not shipped yet, as a loss of power could give their
     *     numbers to other records
     */
    public record Backlog(LongSupplier stored, LongSupplier signed) {}

    /** Begins where the last process was acknowledged. */
    public static Shipper start(ShipSettings settings, Backlog backlog, Sink.Opener opener, InstantSource clock) {
        Shipper shipper = new Shipper(settings, backlog, opener, clock);
        shipper.thread.start();
        return shipper;
    }

    private void run() {
        waitMillis = settings.retryFrom().toMillis();
        try {
            while (wanted()) {
                step();
            }
        } catch (InterruptedException e) {
            // Its time at the end is over.
            Thread.currentThread().interrupt();
        } finally {
            letGo();
        }
    }

    /** Goes on until it was told to stop and has nothing left, or no time. */
    private boolean wanted() {
        return stop.getCount() > 0
                || (System.nanoTime() < lastChance
                        && figures.next() < backlog.signed().getAsLong());
    }

    private void step() throws InterruptedException {
        try {
            if (ship()) {
                waitMillis = settings.retryFrom().toMillis();
                if (failing) {
                    failing = false;
                    log.info("audit records are shipped to {} again", settings.destination());
                }
            } else if (stop.await(IDLE_MILLIS, TimeUnit.MILLISECONDS)) {
                TimeUnit.MILLISECONDS.sleep(IDLE_MILLIS / 10);
            }
        } catch (IOException | RuntimeException e) {
            figures.failed();
            if (!failing) {
                failing = true;
                log.error(
                        "audit records cannot be shipped to {}, tried again: {}", settings.destination(), e.toString());
            }
            letGo();
            pause();
        }
    }

    private void pause() throws InterruptedException {
        if (stop.await(waitMillis, TimeUnit.MILLISECONDS)) {
            TimeUnit.MILLISECONDS.sleep(
                    Math.min(waitMillis, settings.retryFrom().toMillis()));
        }
        waitMillis = Math.min(waitMillis * 2, settings.retryTo().toMillis());
    }

    /** Ships one batch; false where there is nothing to ship. */
    private boolean ship() throws IOException, InterruptedException {
        Batches.Batch batch = reading().next();
        if (batch.isEmpty()) {
            figures.caughtUp();
            return false;
        }
        figures.under(batch);
        List<Message> messages = batch.messages();
        int done = 0;
        while (done < messages.size()) {
            done = deliver(batch, messages.subList(done, messages.size()), done);
        }
        return true;
    }

    private int deliver(Batches.Batch batch, List<Message> rest, int done) throws IOException, InterruptedException {
        return switch (sink().deliver(rest)) {
            case Sink.Delivery.All() -> {
                acknowledged(rest, batch, done + rest.size());
                yield done + rest.size();
            }
            case Sink.Delivery.TooLarge(int index, String why) -> {
                closeSink();
                acknowledged(rest.subList(0, index), batch, done + index);
                Message instead = replace(rest.get(index), batch.lines().get(done + index), why);
                acknowledged(List.of(instead), batch, done + index + 1);
                yield done + index + 1;
            }
        };
    }

    /** A record that is never taken would hold up all behind it for ever, so a message that names it goes in its place. */
    private Message replace(Message refused, byte[] line, String why) throws IOException, InterruptedException {
        if (refused.kind() != Message.Kind.RECORD) {
            throw new IOException("not even a message of " + refused.value().length() + " bytes is taken: " + why);
        }
        log.error(
                "record {} is too large for {}, a message that names it is shipped",
                refused.seq(),
                settings.destination());
        Message notice = notices.replaced(refused.seq(), refused.id(), line, "too large: " + why);
        if (sink().deliver(List.of(notice)) instanceof Sink.Delivery.TooLarge(int ignored, String again)) {
            throw new IOException("not even a message of " + notice.value().length() + " bytes is taken: " + again);
        }
        return notice;
    }

    /** These are acknowledged, and so all messages of the batch before {@code to}. */
    private void acknowledged(List<Message> messages, Batches.Batch batch, int to) {
        figures.acknowledged(messages);
        int last = to - 1;
        while (last >= to - messages.size() && batch.messages().get(last).kind() == Message.Kind.GAP) {
            last--;
        }
        if (last >= to - messages.size()) {
            note(Objects.requireNonNull(position)
                    .behind(batch.messages().get(last).seq(), batch.lines().get(last)));
        }
    }

    private void note(ShipPosition at) {
        position = at;
        try {
            at.write(settings.position());
            unnoted = false;
        } catch (IOException e) {
            // Shipping goes on: what it costs is that records are sent again after the next start.
            figures.failed();
            if (!unnoted) {
                unnoted = true;
                log.error("{} cannot be written, records may be shipped twice: {}", settings.position(), e.toString());
            }
        }
        figures.noted(at.next());
    }

    private Batches reading() throws IOException {
        Batches reading = batches;
        if (reading == null) {
            ShipPosition from = position == null ? found() : position;
            position = from;
            figures.noted(from.next());
            reading = new Batches(settings, backlog.signed(), notices, from.next());
            batches = reading;
        }
        return reading;
    }

    private ShipPosition found() throws IOException {
        return switch (ShipPosition.find(settings)) {
            case ShipPosition.Found.Holds(ShipPosition holds) -> holds;
            case ShipPosition.Found.None() -> ShipPosition.start(settings);
            case ShipPosition.Found.Unusable(String why) -> {
                log.error("{} cannot be followed, all records are shipped again: {}", settings.position(), why);
                yield ShipPosition.start(settings);
            }
        };
    }

    private Sink sink() throws IOException {
        Sink open = sink;
        if (open == null) {
            open = opener.open();
            sink = open;
        }
        return open;
    }

    /** Lets go of everything; the next step begins behind what was acknowledged. */
    private void letGo() {
        closeSink();
        Batches reading = batches;
        batches = null;
        try {
            if (reading != null) {
                reading.close();
            }
        } catch (IOException e) {
            log.debug("a file of the audit log was not closed: {}", e.toString());
        }
    }

    private void closeSink() {
        Sink open = sink;
        sink = null;
        if (open != null) {
            open.close();
        }
    }

    /** Ships what is left, for this long at most, and ends. */
    public void close(Duration patience) {
        lastChance = System.nanoTime() + patience.toNanos();
        stop.countDown();
        try {
            if (!thread.join(patience.compareTo(AT_LEAST) > 0 ? patience : AT_LEAST)) {
                thread.interrupt();
                thread.join(GIVE_UP);
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        if (lagRecords() > 0) {
            log.warn("{} audit records are not shipped yet; the next start goes on there", lagRecords());
        }
    }

    /** Ends at once. */
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    @Override
    public long shipped() {
        return figures.shipped();
    }

    @Override
    public long lagRecords() {
        return figures.lagRecords();
    }

    @Override
    public long lagMillis() {
        return figures.lagMillis();
    }

    @Override
    public long failures() {
        return figures.failures();
    }

    @Override
    public long missing() {
        return figures.missing();
    }

    @Override
    public long replacements() {
        return figures.replacements();
    }
}
