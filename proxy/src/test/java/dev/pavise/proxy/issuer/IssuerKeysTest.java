package dev.pavise.proxy.issuer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.identity.Algorithm;
import dev.pavise.policy.identity.PublishedKeys;
import dev.pavise.policy.identity.RemoteKeys;
import dev.pavise.policy.identity.SignatureProvider;
import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.tls.IssuerTrust;
import dev.pavise.proxy.tls.TlsMaterial;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When an issuer is asked, and which keys count meanwhile: by a clock of the test's own. */
final class IssuerKeysTest {
    private static final IssuedKey ONE = IssuedKey.es256("one");
    private static final IssuedKey TWO = IssuedKey.es256("two");
    private static final Duration REFRESH = Duration.ofMinutes(10);
    private static final Duration KEEP = Duration.ofHours(24);

    @TempDir
    Path folder;

    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<Alarm> alarms = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final IssuerFigures figures = new IssuerFigures();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Fetched answer = failed();
    private int asked;
    private double chance = 1;
    private IssuerKeys keys;

    @BeforeEach
    void restore() {
        keys = restored();
    }

    /** Something planned. */
    private static final class Alarm extends CompletableFuture<Void> {
        private final Instant at;
        private final Runnable work;

        Alarm(Instant at, Runnable work) {
            this.at = at;
            this.work = work;
        }
    }

    private static Fetched.Failed failed() {
        return new Fetched.Failed(Fetched.Result.UNREACHABLE, "nobody is there");
    }

    private static Fetched.Keys published(IssuedKey... keys) {
        byte[] text = Stream.of(keys)
                .map(IssuedKey::jwk)
                .collect(Collectors.joining(",", "{\"keys\":[", "]}"))
                .getBytes(StandardCharsets.UTF_8);
        return new Fetched.Keys(read(text), text);
    }

    private static PublishedKeys read(byte[] text) {
        return assertInstanceOf(PublishedKeys.Reading.Read.class, PublishedKeys.read(text, SignatureProvider.jdk()))
                .keys();
    }

    private RemoteIssuer issuer() {
        TlsMaterial.Ready<IssuerTrust> trust =
                assertInstanceOf(TlsMaterial.Ready.class, IssuerTrust.load(null, InstantSource.system()));
        IdentityConfig.Source from = new IdentityConfig.Source.At(URI.create("https://id.example/jwks"));
        return new RemoteIssuer(
                "corp", "https://id.example", from, trust.value(), Set.of(Algorithm.ES256), REFRESH, KEEP);
    }

    /** The keys after a start, with what the last run left behind. */
    private IssuerKeys restored() {
        KeyCache cache = new KeyCache(folder);
        Optional<KeyCache.Kept> kept = cache.read(issuer());
        KeyChange change = new KeyChange() {
            @Override
            public void changed(String issuer, List<String> added, List<String> removed) {
                told.add(issuer + " +" + added + " -" + removed);
            }

            @Override
            public void ranOut(String issuer) {
                told.add(issuer + " ran out");
            }
        };
        Surroundings around = new Surroundings(
                issuer -> {
                    asked++;
                    return answer;
                },
                cache,
                change,
                threads::add,
                this::plan,
                () -> now,
                () -> Duration.between(Instant.EPOCH, now).toNanos(),
                () -> chance);
        PublishedKeys held = kept.map(each -> read(each.text())).orElse(null);
        return new IssuerKeys(
                issuer(),
                around,
                figures,
                held,
                kept.map(KeyCache.Kept::fetched).orElse(Instant.MIN));
    }

    private Future<?> plan(Duration delay, Runnable work) {
        Alarm alarm = new Alarm(now.plus(delay), work);
        alarms.add(alarm);
        return alarm;
    }

    /** Lets time pass, and what is due happen. */
    private void pass(Duration time) {
        now = now.plus(time);
        List<Alarm> due = alarms.stream().filter(each -> !each.at.isAfter(now)).toList();
        alarms.removeAll(due);
        due.stream().filter(each -> !each.isCancelled()).forEach(each -> each.work.run());
        work();
    }

    private void work() {
        for (Runnable next = threads.poll(); next != null; next = threads.poll()) {
            next.run();
        }
    }

    private IssuerKeys begin(Fetched first) {
        keys = restored();
        answer = first;
        keys.start();
        work();
        return keys;
    }

    private @Nullable Duration untilNext() {
        return alarms.stream()
                .filter(each -> !each.isCancelled())
                .map(each -> Duration.between(now, each.at))
                .min(Duration::compareTo)
                .orElse(null);
    }

    private PublishedKeys ready() {
        return assertInstanceOf(RemoteKeys.State.Ready.class, keys.now()).keys();
    }

    @Test
    void hasNoKeysBeforeTheFirstAnswer() {
        keys = restored();
        assertInstanceOf(RemoteKeys.State.Missing.class, keys.now());
        assertEquals(Optional.empty(), keys.ask(), "not before the start");
        answer = published(ONE);
        keys.start();
        assertInstanceOf(RemoteKeys.State.Missing.class, keys.now());
        assertEquals(0, asked, "whoever starts it does not ask");
        work();
        assertEquals(List.of("one"), ready().names());
        assertEquals(List.of("corp +[one] -[]"), told);
    }

    @Test
    void asksAheadOfTimeAndNotAlwaysAfterTheSameTime() {
        chance = 0;
        begin(published(ONE));
        assertEquals(REFRESH.multipliedBy(8).dividedBy(10), untilNext());
        chance = 1;
        pass(REFRESH);
        assertEquals(2, asked);
        assertEquals(REFRESH, untilNext());
    }

    @Test
    void asksAgainSoonAndThenEverLater() {
        begin(failed());
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 13; i++) {
            Duration pause = java.util.Objects.requireNonNull(untilNext());
            pauses.add(pause.toSeconds());
            pass(pause);
        }
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 600L, 600L, 600L), pauses);
        chance = 0;
        pass(REFRESH);
        assertEquals(Duration.ofMinutes(5), untilNext());
        chance = 1;
        answer = published(ONE);
        pass(REFRESH);
        assertEquals(REFRESH, untilNext());
        assertEquals(15, figures.fetches("unreachable"));
        assertEquals(1, figures.fetches("ok"));
    }

    @Test
    void sharesOneFetchAmongThoseThatWait() {
        begin(published(ONE));
        CompletionStage<?> first = keys.ask().orElseThrow();
        CompletionStage<?> second = keys.ask().orElseThrow();
        assertFalse(first.toCompletableFuture().isDone());
        answer = published(ONE, TWO);
        work();
        assertTrue(first.toCompletableFuture().isDone());
        assertTrue(second.toCompletableFuture().isDone());
        assertEquals(2, asked);
        assertEquals(List.of("one", "two"), ready().names());
    }

    @Test
    void isAskedOnceInTenSecondsHoweverManyTokensCome() {
        begin(published(ONE));
        for (int second = 0; second < 100; second++) {
            for (int token = 0; token < 50; token++) {
                keys.ask();
            }
            pass(Duration.ofSeconds(1));
        }
        assertTrue(asked >= 9 && asked <= 1 + 100 / 10, "asked " + asked);
        assertEquals(Optional.empty(), keys.ask());
    }

    @Test
    void letsNoMoreThanSoManyWait() {
        begin(published(ONE));
        for (int i = 0; i < IssuerKeys.MOST_WAITING; i++) {
            assertTrue(keys.ask().isPresent());
        }
        assertTrue(keys.ask().isEmpty());
        work();
        pass(IssuerKeys.BETWEEN);
        assertTrue(keys.ask().isPresent());
    }

    @Test
    void isAskedAtOnceByTheFirstThatMissesItsKeys() {
        begin(failed());
        answer = published(ONE);
        assertTrue(keys.ask().isPresent());
        work();
        assertEquals(List.of("one"), ready().names());
    }

    @Test
    void keepsTheSameObjectWhileTheKeysAreTheSame() {
        begin(published(ONE, TWO));
        PublishedKeys first = ready();
        answer = published(TWO, ONE);
        pass(REFRESH);
        assertSame(first, ready());
        assertEquals(1, told.size());
        answer = published(ONE);
        pass(REFRESH);
        assertNotSame(first, ready());
        answer = published(ONE, IssuedKey.es256("one"));
        pass(REFRESH);
        answer = published(new IssuedKey(Algorithm.ES256, "one", TWO.pair()));
        pass(REFRESH);
        assertEquals(List.of("corp +[one, two] -[]", "corp +[] -[two]", "corp +[one] -[]", "corp +[one] -[one]"), told);
    }

    @Test
    void believesAnIssuerThatWithdrawsAllItsKeys() {
        begin(published(ONE));
        answer = published();
        pass(REFRESH);
        assertEquals(0, ready().size());
        assertEquals("corp +[] -[one]", told.getLast());
    }

    @Test
    void usesKeysWhileTheIssuerIsAwayButNotForEver() {
        begin(published(ONE));
        answer = failed();
        while (Duration.between(Instant.parse("2026-01-01T00:00:00Z"), now).compareTo(KEEP.minus(REFRESH)) < 0) {
            pass(Duration.ofMinutes(5));
            ready();
        }
        pass(REFRESH.minusMillis(1));
        ready();
        assertEquals(List.of("corp +[one] -[]"), told);
        pass(Duration.ofMillis(2));
        assertInstanceOf(RemoteKeys.State.Stale.class, keys.now());
        assertEquals("corp ran out", told.getLast());
        pass(KEEP);
        assertEquals(2, told.size(), "it is told once");
        answer = published(ONE);
        pass(REFRESH);
        ready();
        assertEquals(0, figures.keysAgeSeconds());
    }

    @Test
    void believesNoKeysFromTheFuture() {
        begin(published(ONE));
        now = now.minus(Duration.ofMinutes(4));
        ready();
        now = now.minus(Duration.ofMinutes(2));
        assertInstanceOf(RemoteKeys.State.Stale.class, keys.now());
    }

    @Test
    void survivesARestartWhileTheIssuerIsAway() throws Exception {
        begin(published(ONE));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("issuers/corp.jwks"))));
        now = now.plus(KEEP).minusSeconds(60);
        begin(failed());
        assertEquals(List.of("one"), ready().names());
        assertEquals(1, told.size(), "they are the keys that counted before");
        pass(Duration.ofSeconds(61));
        assertInstanceOf(RemoteKeys.State.Stale.class, keys.now());
        begin(failed());
        assertInstanceOf(RemoteKeys.State.Stale.class, keys.now());
    }

    @Test
    void takesNothingFromDiskThatIsNotItsOwn() throws Exception {
        begin(published(ONE));
        Path file = folder.resolve("issuers/corp.jwks");
        String good = Files.readString(file);
        for (String bad : List.of(
                "",
                "\n",
                good.substring(good.indexOf('\n') + 1),
                good.replaceFirst(" [0-9a-f]{64} ", " " + "0".repeat(64) + " "),
                good.replaceFirst("/1 ", "/2 "),
                good.replaceFirst("Z\n", "\n"),
                good.substring(0, good.indexOf('\n')),
                "x".repeat(5000))) {
            Files.writeString(file, bad);
            assertEquals(Optional.empty(), new KeyCache(folder).read(issuer()), bad);
        }
        Files.writeString(file, good);
        assertTrue(new KeyCache(folder).read(issuer()).isPresent());
    }

    @Test
    void goesOnAfterABugInTheAsking() {
        begin(published(ONE));
        Surroundings broken = new Surroundings(
                issuer -> {
                    throw new IllegalStateException("bug");
                },
                new KeyCache(folder),
                new IssuerEventsIgnored(),
                threads::add,
                this::plan,
                () -> now,
                () -> 0,
                () -> 1);
        IssuerKeys failing = new IssuerKeys(issuer(), broken, figures, null, Instant.MIN);
        failing.start();
        CompletionStage<?> waiting = failing.ask().orElseThrow();
        work();
        assertTrue(waiting.toCompletableFuture().isDone());
        assertEquals(1, figures.fetches("failed"));
        assertEquals(Duration.ofSeconds(1), untilNext());
    }

    private record IssuerEventsIgnored() implements KeyChange {
        @Override
        public void changed(String issuer, List<String> added, List<String> removed) {}

        @Override
        public void ranOut(String issuer) {}
    }

    @Test
    void doesNothingMoreOnceItIsClosed() {
        begin(published(ONE));
        keys.close();
        assertEquals(Optional.empty(), keys.ask());
        pass(KEEP.multipliedBy(2));
        assertEquals(1, asked);
        assertTrue(Double.isNaN(figures.keysAgeSeconds()));
    }
}
