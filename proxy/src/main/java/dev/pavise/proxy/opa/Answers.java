package dev.pavise.proxy.opa;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers answers by the digest of the whole question for a stated time, counted from when it was asked, and lets equal questions share one.
 * Only yes and no are remembered. Bounded: beyond that the one longest unused is forgotten. With no time stated nothing is shared.
 */
final class Answers {
    private static final int MOST = 10_000;

    /**
     * An answer and where it is from.
     *
     * @param remembered whether another request asked for it
     */
    record Given(Answer answer, boolean remembered) {}

    private record Shared(CompletableFuture<Answer> answer, long askedNanos) {}

    private final Function<byte[], CompletableFuture<Answer>> inquiry;
    private final long holdsNanos;
    private final LongSupplier nanoClock;
    private final Map<ByteBuffer, Shared> entries = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Shared> eldest) {
            return size() > MOST;
        }
    };

    Answers(Function<byte[], CompletableFuture<Answer>> inquiry, Duration holds, LongSupplier nanoClock) {
        this.inquiry = inquiry;
        this.holdsNanos = holds.toNanos();
        this.nanoClock = nanoClock;
    }

    /** Never completes exceptionally, as long as the inquiry does not. */
    CompletableFuture<Given> to(byte[] question) {
        if (holdsNanos == 0) {
            return inquiry.apply(question).thenApply(answer -> new Given(answer, false));
        }
        ByteBuffer key = digest(question);
        Shared mine = new Shared(new CompletableFuture<>(), nanoClock.getAsLong());
        Shared known = findOrAdd(key, mine);
        if (known != null) {
            return known.answer().thenApply(answer -> new Given(answer, true));
        }
        inquiry.apply(question).whenComplete((answer, bug) -> {
            Answer told = answer == null ? new Answer.None(String.valueOf(bug)) : answer;
            if (!told.isDefinite()) {
                forget(key, mine);
            }
            mine.answer().complete(told);
        });
        return mine.answer().thenApply(answer -> new Given(answer, false));
    }

    private @Nullable Shared findOrAdd(ByteBuffer key, Shared mine) {
        synchronized (entries) {
            Shared known = entries.get(key);
            if (known != null && mine.askedNanos() - known.askedNanos() < holdsNanos) {
                return known;
            }
            entries.put(key, mine);
            return null;
        }
    }

    private void forget(ByteBuffer key, Shared mine) {
        synchronized (entries) {
            entries.remove(key, mine);
        }
    }

    int size() {
        synchronized (entries) {
            return entries.size();
        }
    }

    private static ByteBuffer digest(byte[] question) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(question));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
