package dev.pavise.k8s.inject;

import dev.pavise.k8s.inject.config.SidecarConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts a gateway into a pod as a native sidecar: an init container that keeps running, before all others.
 *
 * <p>Security guarantees, against whoever may write pods in a namespace where injection is demanded: a pod comes out with exactly
 * the sidecar that the configuration describes, or it is refused; nothing in the pod takes the sidecar away, weakens it, reads
 * its files, or moves it from the port that Services reach. A sidecar that the pod brings along is taken out and made anew, so
 * that a forged one is worth nothing. Not held: containers of the pod reach each other's ports on loopback, and the
 * application's port stays reachable at the pod's address; against that stands {@link InjectedPolicy}.
 */
public final class Injector {
    private final SidecarConfig config;

    public Injector(SidecarConfig config) {
        this.config = config;
    }

    /** Looks at a pod, or at the template of one. The tree that is given is not changed, and whatever it holds, nothing is thrown. */
    public Injection inject(ObjectNode given, Demand demand) {
        if (demand instanceof Demand.NotDemanded not) {
            return new Injection.Unchanged(not.reason());
        }
        Optional<String> ill = PodForm.fault(given);
        if (ill.isPresent()) {
            return new Injection.Refused(ill.get());
        }
        ObjectNode bare = given.deepCopy();
        boolean brought = Carried.takeOut(bare);
        Optional<String> weakness = Weakness.of(bare, config);
        if (weakness.isPresent()) {
            return new Injection.Refused(weakness.get());
        }
        return switch (Overrides.of(bare, config)) {
            case Overrides.Wrong(String reason) -> new Injection.Refused(reason);
            case Overrides.Read(Overrides overrides) ->
                switch (AppPort.of(bare, overrides.appPort())) {
                    case AppPort.Unclear(String reason) -> new Injection.Refused(reason);
                    case AppPort.Found port -> put(given, bare, brought, port, overrides);
                };
        };
    }

    private Injection put(ObjectNode given, ObjectNode pod, boolean brought, AppPort.Found port, Overrides overrides) {
        String portName = Repointing.moveName(pod, port);
        ObjectNode sidecar = new SidecarContainer(config, overrides).make(port.number(), portName);
        ArrayNode volumes = SidecarVolumes.make(config);
        Fitting.add(pod, sidecar, volumes, config);
        if (Carried.isSame(given, pod)) {
            return new Injection.Already();
        }
        List<String> warnings = new ArrayList<>();
        if (brought) {
            warnings.add("pavise: the sidecar that this pod brought along differed and was made anew");
        }
        if (!portName.isEmpty()) {
            warnings.add("pavise: port name `" + portName + "` now leads to the gateway; a Service that targets "
                    + port.number() + " by number goes around it");
        }
        return new Injection.Injected(JsonPatch.between(given, pod), pod, warnings);
    }
}
