package dev.pavise.proxy.issuer;

import dev.pavise.policy.identity.PublishedKeys;
import dev.pavise.policy.identity.RemoteKeys;
import dev.pavise.policy.identity.SignatureProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The keys of all issuers that publish them, over all configurations of a running gateway: an issuer that a new configuration has unchanged keeps
 * what was fetched. Fetches run on virtual threads, so nobody who asks waits.
 *
 * <p>A configuration that is being compiled takes keys by {@link #of}; {@link #settle} puts those that were taken in the place of the former, and
 * {@link #discard} forgets them.
 */
public final class Issuers implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KeyCache cache;
    private final InstantSource clock;
    private final Map<String, IssuerFigures> figures = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Fetch fetch;

    // Begins its thread with the first fetch that is planned. Has no part in the lock of this, as it is used under
    // locks of keys.
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("pavise-issuers").factory());

    // Below: guarded by this.
    private final Map<RemoteIssuer, IssuerKeys> taken = new LinkedHashMap<>();
    private Map<RemoteIssuer, IssuerKeys> inUse = Map.of();
    private volatile @Nullable KeyChange change;
    private @Nullable SignatureProvider provider;
    private boolean closed;

    /**
     * Those of a gateway that starts; nobody is asked yet.
     *
     * @param dataDir where keys are kept
     */
    public Issuers(Path dataDir, InstantSource clock) {
        this.cache = new KeyCache(dataDir);
        timer.setRemoveOnCancelPolicy(true);
        this.clock = clock;
        this.fetch = issuer -> new HttpsFetch(provider(), PATIENCE).fetch(issuer);
    }

    /** Those of a configuration that is only checked: none, and nobody is asked. */
    public static RemoteKeys unasked(RemoteIssuer issuer) {
        return RemoteKeys.NONE;
    }

    /** The keys of an issuer of a configuration that is being compiled: those in use, where it is unchanged, else what was kept on disk. */
    public synchronized RemoteKeys of(RemoteIssuer issuer) {
        IssuerKeys known = inUse.get(issuer);
        return taken.computeIfAbsent(issuer, absent -> known == null ? fresh(issuer) : known);
    }

    private IssuerKeys fresh(RemoteIssuer issuer) {
        Surroundings around = new Surroundings(
                fetch,
                cache,
                new Told(),
                threads,
                this::after,
                clock,
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
        IssuerFigures counted = figures.computeIfAbsent(issuer.name(), first -> new IssuerFigures());
        Optional<KeyCache.Kept> kept = cache.read(issuer);
        PublishedKeys keys = kept.flatMap(each -> read(each.text())).orElse(null);
        Instant fetched = kept.map(KeyCache.Kept::fetched).orElse(Instant.MIN);
        return new IssuerKeys(issuer, around, counted, keys, fetched);
    }

    private Optional<PublishedKeys> read(byte[] text) {
        return PublishedKeys.read(text, provider()) instanceof PublishedKeys.Reading.Read(PublishedKeys keys)
                ? Optional.of(keys)
                : Optional.empty();
    }

    private synchronized SignatureProvider provider() {
        SignatureProvider known = provider;
        if (known == null) {
            known = SignatureProvider.fastest();
            provider = known;
        }
        return known;
    }

    private Future<?> after(Duration delay, Runnable work) {
        return timer.schedule(() -> threads.execute(work), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The configuration whose keys were taken is in force. */
    public synchronized void settle() {
        Map<RemoteIssuer, IssuerKeys> former = inUse;
        inUse = Map.copyOf(taken);
        taken.clear();
        former.forEach((issuer, keys) -> {
            if (!inUse.containsKey(issuer)) {
                keys.close();
            }
        });
        startInUse();
    }

    /** The configuration whose keys were taken is not used. */
    public synchronized void discard() {
        taken.clear();
    }

    /** Begins to fetch, and to tell of changes. */
    public synchronized void start(KeyChange listener) {
        change = listener;
        startInUse();
    }

    private void startInUse() {
        if (change != null && !closed) {
            inUse.values().forEach(IssuerKeys::start);
        }
    }

    /** The names of issuers that are or were there, with what is counted of them. */
    public Map<String, IssuerFigures> figures() {
        return Map.copyOf(figures);
    }

    @Override
    public synchronized void close() {
        closed = true;
        List<IssuerKeys> all = new ArrayList<>(inUse.values());
        all.forEach(IssuerKeys::close);
        timer.shutdownNow();
        threads.shutdownNow();
    }

    /** Passes on what is told once somebody listens. */
    private final class Told implements KeyChange {
        @Override
        public void changed(String issuer, List<String> added, List<String> removed) {
            KeyChange listener = change;
            if (listener != null) {
                listener.changed(issuer, added, removed);
            }
        }

        @Override
        public void ranOut(String issuer) {
            KeyChange listener = change;
            if (listener != null) {
                listener.ranOut(issuer);
            }
        }
    }
}
