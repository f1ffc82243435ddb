package dev.pavise.k8s.lead;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.ApiServer;
import dev.pavise.k8s.Relay;
import dev.pavise.k8s.Waiting;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class LeadershipTest {
    // Leases count in whole seconds.
    private static final Timing SHORT =
            new Timing(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMillis(200), Duration.ofMillis(2500));

    private final ApiServer server = ApiServer.start();
    private final String namespace = server.namespace(Map.of());
    private final List<AutoCloseable> open = new ArrayList<>();
    private final AtomicInteger leading = new AtomicInteger();
    private final AtomicInteger mostLeading = new AtomicInteger();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        server.close();
    }

    /** Counts how many lead at once. */
    private final class Counted implements LeaderWork {
        final List<String> turns = new CopyOnWriteArrayList<>();

        @Override
        public void begin() {
            turns.add("begin");
            mostLeading.accumulateAndGet(leading.incrementAndGet(), Math::max);
        }

        @Override
        public void end() {
            leading.decrementAndGet();
            turns.add("end");
        }
    }

    private Leadership leadership(KubernetesClient client, String identity) {
        Leadership leadership = new Leadership(client, namespace, identity, SHORT, System::nanoTime);
        open.add(leadership);
        return leadership;
    }

    @Test
    void oneLeadsAndTheOtherTakesOverAtOnceWhenItCloses() {
        Counted one = new Counted();
        Counted two = new Counted();
        Leadership first = leadership(server.client(), "one");
        first.start(List.of(one));
        Waiting.until("the first to lead", first::leads);
        Waiting.until("its work", () -> one.turns.contains("begin"));
        Leadership second = leadership(server.client(), "two");
        second.start(List.of(two));
        Waiting.until("the second to see it", () -> second.leader().equals("one"));
        assertFalse(second.leads());
        first.close();
        assertFalse(first.leads());
        assertEquals(List.of("begin", "end"), one.turns);
        Waiting.until("the second to lead", second::leads);
        Waiting.until("its work", () -> two.turns.contains("begin"));
        assertEquals(1, mostLeading.get());
    }

    @Test
    void whoIsCutOffStopsBeforeAnotherBegins() throws Exception {
        Assumptions.assumeFalse(server.real(), "a relay stands for another host than the certificate's");
        Relay relay = new Relay(server.uri().getPort());
        open.add(relay);
        Config config = server.config();
        config.setMasterUrl("http://127.0.0.1:" + relay.port() + "/");
        config.setRequestTimeout(500);
        KubernetesClient cut = ApiServer.client(config);
        open.add(cut);
        Counted one = new Counted();
        Counted two = new Counted();
        Leadership first = leadership(cut, "one");
        first.start(List.of(one));
        Waiting.until("the first to lead", () -> first.leads() && one.turns.contains("begin"));
        Leadership second = leadership(server.client(), "two");
        second.start(List.of(two));
        relay.cut();
        Waiting.until("the second to lead", () -> {
            boolean taken = second.leads();
            assertFalse(taken && first.leads());
            return taken;
        });
        Waiting.until("its work", () -> two.turns.contains("begin"));
        assertEquals(List.of("begin", "end"), one.turns);
        assertEquals(1, mostLeading.get());
        relay.mend();
        Waiting.until("the first to see the other", () -> first.leader().equals("two"));
        assertFalse(first.leads());
    }

    @Test
    void doesNotTrustALeaseThatItRenewedTooLongAgo() {
        AtomicLong late = new AtomicLong();
        Leadership paused =
                new Leadership(server.client(), namespace, "one", Timing.DEFAULT, () -> System.nanoTime() + late.get());
        open.add(paused);
        paused.start(List.of());
        Waiting.until("it to lead", paused::leads);
        late.set(Duration.ofMinutes(1).toNanos());
        assertFalse(paused.leads());
    }

    @Test
    void givesTheLeadUpWhereItsWorkCannotBegin() {
        List<String> turns = new CopyOnWriteArrayList<>();
        LeaderWork bad = new LeaderWork() {
            @Override
            public void begin() {
                turns.add("begin");
                throw new IllegalStateException("not today");
            }

            @Override
            public void end() {
                turns.add("end");
            }
        };
        Leadership first = leadership(server.client(), "one");
        first.start(List.of(new Counted(), bad));
        Waiting.until("it to give up", () -> turns.contains("end"));
        first.close();
        assertEquals(0, leading.get());
        Leadership second = leadership(server.client(), "two");
        second.start(List.of());
        Waiting.until("the other to lead", second::leads);
    }

    @Test
    void refusesATimingThatWouldLetTwoLead() {
        Duration second = Duration.ofSeconds(1);
        assertThrows(
                IllegalArgumentException.class,
                () -> new Timing(second.multipliedBy(3), second.multipliedBy(2), second, second.multipliedBy(3)));
        assertTrue(Timing.DEFAULT
                        .fence()
                        .plus(dev.pavise.k8s.cluster.ClusterClient.REQUEST_TIMEOUT)
                        .compareTo(Timing.DEFAULT.lease())
                < 0);
    }
}
