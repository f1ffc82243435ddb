package dev.pavise.k8s.control;

import dev.pavise.k8s.ApiServer;
import dev.pavise.k8s.Fleet;
import dev.pavise.k8s.RecordedJournal;
import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.plan.Finding;
import dev.pavise.k8s.plan.HealPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A Deployment in a namespace of its own, and a controller that looks after it. */
final class Scene implements AutoCloseable {
    static final String NAME = "codetether";
    static final Asked ASKED = new Asked("gateway:agents/codetether-0", Map.of("on_behalf_of", "operator"));

    final ApiServer server;
    final KubernetesClient client;
    final String namespace;
    final Target target;
    final Fleet fleet;
    final RecordedJournal journal = new RecordedJournal();
    final AtomicBoolean leads = new AtomicBoolean(true);
    volatile Duration ahead = Duration.ZERO;
    final InstantSource clock = () -> Instant.now().plus(ahead);
    private SharedWatches watches;
    private Controller controller;

    Scene(ApiServer server, Map<String, String> namespaceLabels) {
        this.server = server;
        client = server.client();
        namespace = server.namespace(namespaceLabels);
        target = Target.deployment(namespace, NAME);
        fleet = new Fleet(client, namespace, NAME);
    }

    static Scene open() {
        return new Scene(ApiServer.start(), Map.of());
    }

    /** A labelled Deployment with pods `a`, `b`, ... that are ready. */
    Scene with(int pods) {
        fleet.make(pods, Map.of(ControlSettings.MANAGED, "true"));
        for (int each = 0; each < pods; each++) {
            fleet.pod(String.valueOf((char) ('a' + each)));
        }
        return this;
    }

    ControlSettings settings(HealPolicy heal) {
        return new ControlSettings(null, null, Set.of(namespace), Set.of(), true, Duration.ofSeconds(30), heal);
    }

    static HealPolicy patientPolicy() {
        return new HealPolicy(true, 3, Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
    }

    /** Nothing is done of itself. */
    Controller askedOnly() {
        ControlSettings some = settings(patientPolicy());
        return begin(new ControlSettings(null, null, some.namespaces(), Set.of(), false, some.interval(), some.heal()));
    }

    Controller begin() {
        return begin(settings(patientPolicy()));
    }

    Controller begin(ControlSettings settings) {
        return begin(client, settings);
    }

    Controller begin(KubernetesClient by, ControlSettings settings) {
        watches = new SharedWatches(by, settings.namespaces());
        controller = new Controller(by, settings, watches, journal, leads::get, clock);
        watches.begin();
        controller.begin();
        Waiting.until("the sight", controller::ready);
        return controller;
    }

    static <T> T done(Answer<T> answer) {
        if (answer instanceof Answer.Done<T> done) {
            return done.value();
        }
        throw new AssertionError(answer.toString());
    }

    static <T> Problem problem(Answer<T> answer) {
        if (answer instanceof Answer.Refused<T> refused) {
            return refused.problem();
        }
        throw new AssertionError(answer.toString());
    }

    List<String> codes() {
        return done(controller.status(target)).findings().stream()
                .map(Finding::code)
                .map(each -> each.code())
                .toList();
    }

    void untilFound(String code) {
        Waiting.until("the finding " + code, () -> codes().contains(code));
    }

    @Override
    public void close() {
        if (controller != null) {
            controller.close();
            watches.end();
        }
        server.close();
    }
}
