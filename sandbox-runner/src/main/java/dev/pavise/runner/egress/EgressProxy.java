package dev.pavise.runner.egress;

import dev.pavise.runner.run.Connection;
import dev.pavise.runner.run.Connection.Outcome;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The only way of one run into the network: an HTTP proxy at a Unix socket of the run's own, which knows CONNECT and nothing else. It
 * stands outside of the sandbox, and by the socket it knows which run is asking, so that a tool has nothing to show and nothing to forge.
 *
 * <p>Guarantees, against the tool and whoever answers for names: only hosts and ports of the manifest are connected to
 * ({@link Destinations}); connections at once and in all, bytes and times are bounded; each connection and each refusal is told to the
 * listener; once closed, nothing of it is open. Not: what goes through a connection, which may be encrypted, nor who is at the other end
 * of an address; that is for the tool's TLS to know.
 */
public final class EgressProxy implements AutoCloseable {
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private final ServerSocketChannel door;
    private final Destinations destinations;
    private final EgressLimits limits;
    private final Consumer<Connection> listener;
    private final LongSupplier nanos;
    private final Semaphore places;
    private final Budget budget;
    private final Map<Tunnel, Thread> tunnels = new ConcurrentHashMap<>();
    private final Thread acceptor;
    private volatile boolean closed;

    private EgressProxy(
            ServerSocketChannel door,
            Destinations destinations,
            EgressLimits limits,
            Consumer<Connection> listener,
            LongSupplier nanos) {
        this.door = door;
        this.destinations = destinations;
        this.limits = limits;
        this.listener = listener;
        this.nanos = nanos;
        this.places = new Semaphore(limits.connections());
        this.budget = new Budget(limits.bytes());
        this.acceptor = Thread.ofVirtual().name("egress-accept").unstarted(this::accept);
    }

    /**
     * Opens a proxy at a socket of this path, which must not be there, in a folder that only this process and the run can get at. The
     * listener is called from several threads, once for each connection, and for none after {@link #close} has returned.
     */
    public static EgressProxy open(
            Path socket,
            Destinations destinations,
            EgressLimits limits,
            Consumer<Connection> listener,
            LongSupplier nanos)
            throws IOException {
        ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            door.bind(UnixDomainSocketAddress.of(socket), limits.connections());
            // The run is another user than the runner, so that the folder is what keeps others away.
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        } catch (IOException | RuntimeException e) {
            door.close();
            throw e;
        }
        EgressProxy proxy = new EgressProxy(door, destinations, limits, listener, nanos);
        proxy.acceptor.start();
        return proxy;
    }

    private void accept() {
        try {
            for (int count = 0; !closed; count++) {
                places.acquire();
                SocketChannel tool = door.accept();
                if (count == limits.connectionsTotal()) {
                    listener.accept(tooMany());
                    Relay.close(tool);
                    closeDoor();
                    return;
                }
                begin(new Tunnel(tool, destinations, limits, budget, nanos));
            }
        } catch (IOException e) {
            // Closed, or out of descriptors: either way nobody gets in any more.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Connection tooMany() {
        return new Connection(
                "",
                0,
                null,
                0,
                0,
                Duration.ZERO,
                Outcome.REFUSED,
                "the run has made " + limits.connectionsTotal() + " connections, which is the most");
    }

    private void begin(Tunnel tunnel) {
        Thread thread = Thread.ofVirtual().name("egress-tunnel").unstarted(() -> {
            try {
                tunnel.run().ifPresent(listener);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                tunnels.remove(tunnel);
                places.release();
            }
        });
        tunnels.put(tunnel, thread);
        thread.start();
        if (closed) {
            tunnel.end();
        }
    }

    /** Ends all there is and waits until it is told. */
    @Override
    public void close() {
        closed = true;
        try {
            closeDoor();
            acceptor.interrupt();
            acceptor.join(LONGEST_CLOSE);
            Map<Tunnel, Thread> open = Map.copyOf(tunnels);
            open.keySet().forEach(Tunnel::end);
            for (Thread thread : open.values()) {
                thread.join(LONGEST_CLOSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeDoor() {
        try {
            door.close();
        } catch (IOException e) {
            // Who comes in all the same is sent away, since all is closed.
        }
    }
}
