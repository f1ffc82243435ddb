package dev.pavise.proxy.forward;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks host names up off the event loops, as the JDK's look-up blocks. How long an answer is believed is the JDK's setting
 * ({@code networkaddress.cache.ttl}). While a name cannot be looked up, its last addresses are used. Only names of the configuration come
 * here, so what is remembered is bounded.
 */
final class HostResolver implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int QUEUE = 1024;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), HostResolver::thread);
    private final Map<String, List<InetAddress>> lastKnown = new ConcurrentHashMap<>();

    HostResolver() {
        threads.allowCoreThreadTimeOut(true);
    }

    /** The addresses in the order to try them: of equal ones a random one first, so that all of a name are used. */
    Future<List<InetAddress>> resolve(String host, EventLoop loop) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            return loop.newSucceededFuture(List.of(address(host, literal)));
        }
        Promise<List<InetAddress>> promise = loop.newPromise();
        try {
            threads.execute(() -> lookUp(host, promise));
        } catch (RejectedExecutionException e) {
            promise.setFailure(new UnknownHostException("too many look-ups are under way"));
        }
        return promise;
    }

    private void lookUp(String host, Promise<List<InetAddress>> promise) {
        try {
            List<InetAddress> found = List.of(InetAddress.getAllByName(host));
            lastKnown.put(host, found);
            promise.setSuccess(inOrderOfTrying(found));
        } catch (UnknownHostException e) {
            List<InetAddress> known = lastKnown.get(host);
            if (known == null) {
                promise.setFailure(e);
            } else {
                promise.setSuccess(inOrderOfTrying(known));
            }
        }
    }

    /** Shuffles, but leaves the family first that the system prefers. */
    private static List<InetAddress> inOrderOfTrying(List<InetAddress> found) {
        List<InetAddress> preferred = new ArrayList<>();
        List<InetAddress> others = new ArrayList<>();
        for (InetAddress address : found) {
            (address.getClass() == found.getFirst().getClass() ? preferred : others).add(address);
        }
        Collections.shuffle(preferred);
        preferred.addAll(others);
        return preferred;
    }

    private static InetAddress address(String host, byte[] literal) {
        try {
            return InetAddress.getByAddress(host, literal);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address literal has 4 or 16 bytes", e);
        }
    }

    private static Thread thread(Runnable task) {
        return Thread.ofPlatform().daemon().name("pavise-look-up").unstarted(task);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
