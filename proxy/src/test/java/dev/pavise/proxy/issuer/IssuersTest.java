package dev.pavise.proxy.issuer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.identity.Algorithm;
import dev.pavise.policy.identity.RemoteKeys;
import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.tls.IssuerTrust;
import dev.pavise.proxy.tls.TestCa;
import dev.pavise.proxy.tls.TlsMaterial;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of issuers over configurations that come and go. */
final class IssuersTest {
    @TempDir
    Path folder;

    private final LinkedBlockingQueue<Thread> changes = new LinkedBlockingQueue<>();
    private OidcIssuer issuer;
    private Issuers issuers;

    @BeforeEach
    void start() throws Exception {
        TestCa ca = TestCa.create("issuers");
        ca.writeCert(folder, "ca.pem");
        issuer = OidcIssuer.start(ca);
        issuer.publish(IssuedKey.es256("one"));
        issuers = new Issuers(folder, InstantSource.system());
    }

    @AfterEach
    void stop() {
        issuers.close();
        issuer.close();
    }

    private RemoteIssuer remote(Duration refresh) {
        TlsMaterial.Ready<IssuerTrust> trust = assertInstanceOf(
                TlsMaterial.Ready.class, IssuerTrust.load(folder.resolve("ca.pem"), InstantSource.system()));
        return new RemoteIssuer(
                "corp",
                issuer.url(),
                new IdentityConfig.Source.At(URI.create(issuer.url() + OidcIssuer.JWKS)),
                trust.value(),
                Set.of(Algorithm.ES256),
                refresh,
                Duration.ofHours(1));
    }

    private void begin() {
        issuers.start(new KeyChange() {
            @Override
            public void changed(String name, List<String> added, List<String> removed) {
                changes.add(Thread.currentThread());
            }

            @Override
            public void ranOut(String name) {}
        });
    }

    private Thread awaitChange() throws InterruptedException {
        Thread thread = changes.poll(20, TimeUnit.SECONDS);
        assertTrue(thread != null);
        return thread;
    }

    @Test
    void keepsWhatWasFetchedForAnUnchangedIssuer() throws Exception {
        RemoteKeys first = issuers.of(remote(Duration.ofMinutes(1)));
        issuers.settle();
        begin();
        awaitChange();
        assertSame(first, issuers.of(remote(Duration.ofMinutes(1))), "each reads the files of its configuration anew");
        issuers.settle();
        issuers.of(remote(Duration.ofMinutes(2)));
        issuers.discard();
        assertInstanceOf(RemoteKeys.State.Ready.class, first.now());
        assertEquals(1, issuer.fetches());
    }

    @Test
    void goesOnWithWhatIsOnDiskForAChangedIssuer() throws Exception {
        RemoteKeys first = issuers.of(remote(Duration.ofMinutes(1)));
        issuers.settle();
        begin();
        awaitChange();
        Waiting.until(() -> folder.resolve("issuers/corp.jwks").toFile().exists());
        issuer.goAway();
        RemoteKeys next = issuers.of(remote(Duration.ofMinutes(2)));
        assertNotSame(first, next);
        issuers.settle();
        assertInstanceOf(RemoteKeys.State.Ready.class, next.now());
        assertTrue(first.ask().isEmpty(), "it is not used any more");
    }

    @Test
    void asksNobodyBeforeItIsUsed() {
        issuers.of(remote(Duration.ofMinutes(1)));
        issuers.discard();
        issuers.settle();
        begin();
        assertEquals(List.of(), issuer.heads());
    }

    /** An event loop that waited for an issuer would hold up every connection on it. */
    @Test
    void neverFetchesOnTheThreadThatAsks() throws Exception {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            RemoteKeys keys = issuers.of(remote(Duration.ofMinutes(1)));
            issuer.behave((target, out, self) -> {
                Waiting.until(() -> loops.next().submit(() -> true).get(10, TimeUnit.SECONDS));
                self.answerHonestly(target, out);
            });
            issuers.settle();
            assertTrue(loops.next()
                    .submit(() -> {
                        begin();
                        return keys.ask().isPresent();
                    })
                    .get(10, TimeUnit.SECONDS));
            Thread fetching = awaitChange();
            assertTrue(fetching.isVirtual());
            assertFalse(loops.next().submit(Thread::currentThread).get(10, TimeUnit.SECONDS) == fetching);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
