package dev.pavise.runner.egress;

import dev.pavise.policy.tool.ResourceGrant.Endpoint;
import dev.pavise.runner.egress.ConnectParser.Progress;
import dev.pavise.runner.run.Connection;
import dev.pavise.runner.run.Connection.Outcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One connection of a tool, from its request to its end, on one thread. Tells what it was once, at the end. */
final class Tunnel {
    private static final byte[] ESTABLISHED =
            "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    // Enough for a host with both kinds of addresses, one of which leads nowhere from here.
    private static final int MOST_TRIED = 4;

    // Beyond the time to connect, so that a tool that waited in vain is told so.
    private static final Duration FOR_THE_ANSWER = Duration.ofSeconds(2);

    private final SocketChannel tool;
    private final Destinations destinations;
    private final EgressLimits limits;
    private final Budget budget;
    private final LongSupplier nanos;
    private final Guard guard;
    private final long begin;
    private volatile @Nullable SocketChannel host;
    private volatile boolean ended;
    private volatile boolean struckBefore; // it was given up before the run was over
    private @Nullable Thread judging;

    Tunnel(SocketChannel tool, Destinations destinations, EgressLimits limits, Budget budget, LongSupplier nanos) {
        this.tool = tool;
        this.destinations = destinations;
        this.limits = limits;
        this.budget = budget;
        this.nanos = nanos;
        this.begin = nanos.getAsLong();
        this.guard = new Guard(nanos, limits.connect(), this::closeBoth);
    }

    /** Ends it from outside, since the run is over. */
    void end() {
        synchronized (this) {
            struckBefore = guard.struck();
            ended = true;
            if (judging != null) {
                judging.interrupt();
            }
        }
        closeBoth();
    }

    private void closeBoth() {
        Relay.close(tool);
        SocketChannel reached = host;
        if (reached != null) {
            Relay.close(reached);
        }
    }

    /** Lives through it, and says what it was; nothing where the tool asked for nothing. */
    Optional<Connection> run() throws InterruptedException {
        guard.start();
        try (guard) {
            return follow();
        } finally {
            closeBoth();
        }
    }

    private Optional<Connection> follow() throws InterruptedException {
        byte[] head = new byte[ConnectParser.LONGEST];
        int length = 0;
        try {
            while (true) {
                int more = tool.read(ByteBuffer.wrap(head, length, head.length - length));
                if (more < 0) {
                    return length == 0 ? Optional.empty() : Optional.of(unfinished());
                }
                length += more;
                switch (ConnectParser.look(head, length)) {
                    case Progress.More() -> {}
                    case Progress.Bad(Denial denial) -> {
                        return Optional.of(deny(null, null, denial));
                    }
                    case Progress.Connect(String target, int end) -> {
                        return Optional.of(go(target, ByteBuffer.wrap(head, end, length - end)));
                    }
                }
            }
        } catch (IOException e) {
            return length == 0 && !guard.struck() ? Optional.empty() : Optional.of(unfinished());
        }
    }

    private Connection unfinished() {
        return denied(null, null, ended ? Outcome.ENDED : Outcome.FAILED, "the tool sent no whole request in time");
    }

    private Connection go(String target, ByteBuffer early) throws InterruptedException {
        guard.extend(left().plus(FOR_THE_ANSWER));
        return switch (judge(target)) {
            case Judgement.Denied(Endpoint endpoint, InetAddress address, Denial denial) ->
                deny(endpoint, address, denial);
            case Judgement.Reachable(Endpoint endpoint, List<InetAddress> addresses) ->
                reach(endpoint, addresses, early);
        };
    }

    // A look-up waits for others: it is all that has to be interrupted, and nothing else may be.
    private Judgement judge(String target) {
        synchronized (this) {
            judging = Thread.currentThread();
            if (ended) {
                judging.interrupt();
            }
        }
        try {
            return destinations.judge(target, left());
        } catch (InterruptedException e) {
            return new Judgement.Denied(null, null, Denial.failed(503, "connection_terminated", "the run ended"));
        } finally {
            synchronized (this) {
                judging = null;
                Thread.interrupted();
            }
        }
    }

    /** Of the time to connect. */
    private Duration left() {
        long left = limits.connect().toNanos() - (nanos.getAsLong() - begin);
        return Duration.ofNanos(Math.max(left, 1));
    }

    private Connection reach(Endpoint endpoint, List<InetAddress> addresses, ByteBuffer early)
            throws InterruptedException {
        Denial denial =
                Denial.failed(502, "destination_unavailable", Destinations.place(endpoint) + " cannot be reached");
        int tries = Math.min(addresses.size(), MOST_TRIED);
        for (int at = 0; at < tries && !ended; at++) {
            InetAddress address = addresses.get(at);
            try {
                connect(new InetSocketAddress(address, endpoint.port()), left().dividedBy(tries - at));
                return relay(endpoint, address, early);
            } catch (SocketTimeoutException e) {
                denial = Denial.failed(504, "connection_timeout", Destinations.place(endpoint) + " does not answer");
            } catch (ConnectException e) {
                denial =
                        Denial.failed(502, "connection_refused", Destinations.place(endpoint) + " refuses connections");
            } catch (IOException e) {
                denial = Denial.failed(
                        502, "destination_unavailable", Destinations.place(endpoint) + " cannot be reached");
            }
        }
        return deny(endpoint, addresses.get(tries - 1), denial);
    }

    // To an address and not to a name: nothing is looked up again.
    private void connect(InetSocketAddress address, Duration within) throws IOException {
        SocketChannel channel = SocketChannel.open();
        host = channel;
        boolean connected = false;
        try {
            if (ended) {
                throw new IOException("the run is over");
            }
            channel.socket().connect(address, (int) Math.max(within.toMillis(), 1));
            connected = true;
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    }

    private Connection relay(Endpoint endpoint, InetAddress address, ByteBuffer early) throws InterruptedException {
        SocketChannel reached = host;
        if (reached == null) {
            throw new IllegalStateException("connected to nothing");
        }
        Relay relay = new Relay(tool, reached, budget, guard, limits.idle());
        guard.extend(limits.idle());
        try {
            write(ESTABLISHED);
            relay.run(early);
        } catch (IOException e) {
            // The tool left before it was told.
        }
        Outcome outcome = outcome(relay);
        return connection(
                endpoint, Destinations.spelled(address), relay.sent(), relay.received(), outcome, reason(outcome));
    }

    private Outcome outcome(Relay relay) {
        if (relay.spent()) {
            return Outcome.LIMIT;
        }
        if (ended && !struckBefore) {
            return Outcome.ENDED;
        }
        return guard.struck() ? Outcome.IDLE : Outcome.CLOSED;
    }

    private String reason(Outcome outcome) {
        return switch (outcome) {
            case LIMIT -> "the run has sent and received " + limits.bytes() + " bytes, which is the most";
            case ENDED -> "the run ended";
            case IDLE -> "nothing came or went for " + limits.idle().toSeconds() + " s";
            default -> "";
        };
    }

    private Connection deny(@Nullable Endpoint endpoint, @Nullable InetAddress address, Denial denial) {
        try {
            write(denial.answer());
            tool.shutdownOutput();
        } catch (IOException e) {
            // The tool does not want to know.
        }
        boolean endedFirst = ended && denial.outcome() == Outcome.FAILED;
        return denied(
                endpoint,
                address == null ? null : Destinations.spelled(address),
                endedFirst ? Outcome.ENDED : denial.outcome(),
                endedFirst ? reason(Outcome.ENDED) : denial.reason());
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            tool.write(buffer);
        }
    }

    private Connection denied(@Nullable Endpoint endpoint, @Nullable String address, Outcome outcome, String reason) {
        return connection(endpoint, address, 0, 0, outcome, reason);
    }

    private Connection connection(
            @Nullable Endpoint endpoint,
            @Nullable String address,
            long sent,
            long received,
            Outcome outcome,
            String reason) {
        return new Connection(
                endpoint == null ? "" : endpoint.host(),
                endpoint == null ? 0 : endpoint.port(),
                address,
                sent,
                received,
                Duration.ofNanos(nanos.getAsLong() - begin),
                outcome,
                reason);
    }
}
