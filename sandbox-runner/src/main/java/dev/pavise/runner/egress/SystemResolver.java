package dev.pavise.runner.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the resolver of the host. Names are looked up as they stand, without the search list of {@code resolv.conf}, by which the name
 * of one host would become that of another.
 */
public final class SystemResolver implements Resolver {
    // A look-up cannot be broken off, so that those that nobody waits for any longer still count.
    private static final int MOST_AT_ONCE = 64;

    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    @Override
    public List<InetAddress> resolve(String name, Duration within)
            throws UnknownHostException, TimeoutException, InterruptedException {
        if (!places.tryAcquire(within.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("too many look-ups at once");
        }
        CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
        // Not a virtual thread: the C library would hold its carrier.
        Thread.ofPlatform().daemon().name("resolve").start(() -> {
            try {
                answer.complete(List.of(InetAddress.getAllByName(name + ".")));
            } catch (UnknownHostException | RuntimeException e) {
                answer.completeExceptionally(e);
            } finally {
                places.release();
            }
        });
        try {
            return answer.get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new UnknownHostException(name);
        }
    }
}
