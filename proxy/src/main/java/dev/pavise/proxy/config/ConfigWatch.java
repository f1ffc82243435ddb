package dev.pavise.proxy.config;

import dev.pavise.policy.config.ConfigError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the configuration, notices that it or a file it names has changed, and loads it anew.
 *
 * <p>Files are told apart by their content, asked about once a second or so: that sees a symbolic link swapped somewhere above
 * (as Kubernetes does), an editor's rename and a network file system, none of which system events show reliably. A change counts
 * once two looks in a row agree on it, so that half of what is still being written is not put in force. What cannot be loaded is
 * told once for each content. The files of both the last good and the newest configuration are watched, so that
 * mending either is seen. Order of use: {@link #load}, {@link #start}, {@link #close}.
 */
public final class ConfigWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);

    /** A file can name another, which can name none: two rounds settle which files there are; the third is for a change meanwhile. */
    private static final int ROUNDS = 3;

    /** Hears of changes, on the watch's own thread or on that of whoever asked for a reload, one at a time. */
    public interface Listener {
        /** All of it can be read. Whether it can be put in force (keys that fit, for one) is the listener's to find out. */
        void changed(GatewayConfig config, Cause cause);

        /** It cannot be used; what was in force stays so. */
        void invalid(List<ConfigError> errors, Cause cause);
    }

    /**
     * Why a configuration was loaded anew.
     *
     * @param word for records
     * @param files whose content had changed; empty where somebody asked
     */
    public record Cause(String word, List<Path> files) {
        /** Somebody asked for it: by a signal, or over an interface. */
        public static final Cause ASKED = new Cause("asked", List.of());

        /** Copies the list. */
        public Cause {
            files = List.copyOf(files);
        }
    }

    private final Supplier<ConfigResult> loader;
    private final FileDigests digests = new FileDigests();
    private final ScheduledThreadPoolExecutor thread;
    private @Nullable Listener listener;
    private Set<Path> lastGood = Set.of();
    private Map<Path, String> seen = Map.of();
    private Map<Path, String> unsettled = Map.of();

    /** A watch that loads as the start does, with the same environment and command line. */
    public ConfigWatch(Supplier<ConfigResult> loader) {
        this.loader = loader;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "config-watch");
            made.setDaemon(true);
            return made;
        });
    }

    /** Loads and remembers what was in the files, so that whatever changes from here on is seen. Tells nobody. */
    public synchronized ConfigResult load() {
        Set<Path> watched = new LinkedHashSet<>(seen.keySet());
        Map<Path, String> before = digests.of(watched);
        ConfigResult result = loader.get();
        // Digests have to be older than the load, or a change between the two would never be seen.
        for (int round = 1; round < ROUNDS && !watched.containsAll(result.files()); round++) {
            watched.addAll(result.files());
            before = digests.of(watched);
            result = loader.get();
        }
        Set<Path> needed = new LinkedHashSet<>(result.files());
        if (result instanceof ConfigResult.Loaded) lastGood = Set.copyOf(needed);
        needed.addAll(lastGood);
        before.keySet().retainAll(needed);
        seen = before;
        return result;
    }

    /** Begins to look for changes since {@link #load}. */
    public synchronized void start(Duration interval, Listener to) {
        if (listener != null) throw new IllegalStateException("started already");
        listener = to;
        long nanos = interval.toNanos();
        var _ = thread.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** Loads now, whether or not anything changed, and tells the listener before it returns. For SIGHUP and the management API. */
    public synchronized ConfigResult reload() {
        return reload(Cause.ASKED);
    }

    private ConfigResult reload(Cause cause) {
        Listener to = Objects.requireNonNull(listener, "not started");
        ConfigResult result = load();
        switch (result) {
            case ConfigResult.Loaded loaded -> to.changed(loaded.config(), cause);
            case ConfigResult.Invalid invalid -> to.invalid(invalid.errors(), cause);
        }
        return result;
    }

    private static List<Path> changed(Map<Path, String> before, Map<Path, String> now) {
        return now.keySet().stream()
                .filter(file -> !Objects.equals(before.get(file), now.get(file)))
                .toList();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private synchronized void look() {
        try {
            Map<Path, String> now = digests.of(seen.keySet());
            boolean settled = now.equals(unsettled);
            unsettled = now.equals(seen) ? Map.of() : now;
            if (settled && !now.equals(seen)) reload(new Cause("files", changed(seen, now)));
        } catch (RuntimeException | Error e) {
            // A listener that fails, in whatever way, must not end the watch: the next change may be the one that mends
            // it.
            LOG.error("the changed configuration could not be put in force; the old one stays", e);
        }
    }
}
