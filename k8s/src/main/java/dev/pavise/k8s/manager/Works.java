package dev.pavise.k8s.manager;

import dev.pavise.k8s.act.Journal;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.certificate.Certificates;
import dev.pavise.k8s.compile.ResourceCompiler;
import dev.pavise.k8s.compile.ResourceSettings;
import dev.pavise.k8s.control.ControlSettings;
import dev.pavise.k8s.control.Controller;
import dev.pavise.k8s.control.SharedWatches;
import dev.pavise.k8s.control.Sidecars;
import dev.pavise.k8s.lead.LeaderWork;
import dev.pavise.k8s.manager.config.ClusterConfig;
import dev.pavise.k8s.manager.config.ManagerConfig;
import dev.pavise.k8s.plan.HealPolicy;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the leading manager does.
 *
 * @param compiler null where nothing is made of custom resources
 */
record Works(
        SharedWatches watches,
        Controller controller,
        Certificates certificates,
        Sidecars sidecars,
        @Nullable ResourceCompiler compiler) {
    /**
     * Makes them; none begins.
     *
     * @param namespace the manager's own
     * @param leads asked before each act
     */
    static Works make(
            KubernetesClient client,
            ManagerConfig config,
            String namespace,
            Journal journal,
            BooleanSupplier leads,
            InstantSource clock)
            throws StartFailure {
        List<String> watched = config.kubernetes().watch();
        ControlSettings settings = settings(config.kubernetes(), namespace);
        SharedWatches watches = new SharedWatches(client, settings.namespaces());
        Controller controller = new Controller(client, settings, watches, journal, leads, clock);
        Certificates certificates =
                new Certificates(client, journal, namespace, watched, config.certificates(), config.injection(), clock);
        ResourceCompiler compiler = null;
        ResourceSettings resources = config.injection().resources();
        if (resources != null) {
            compiler = new ResourceCompiler(client, journal, resources, certificates.namespaces(), watched, clock);
            certificates.onNamespaces(compiler::namespacesChanged);
        }
        Sidecars sidecars = new Sidecars(client, settings, watches, certificates.namespaces(), journal, leads, clock);
        return new Works(watches, controller, certificates, sidecars, compiler);
    }

    /** Certificates first: gateways need theirs before anything else. */
    List<LeaderWork> all() {
        List<LeaderWork> all = new ArrayList<>();
        all.add(certificates);
        if (compiler != null) {
            all.add(compiler);
        }
        all.add(watches);
        all.add(controller);
        all.add(sidecars);
        return all;
    }

    /** What became of the resources of a namespace; nothing where none were looked at. */
    Map<String, Object> resources(String namespace) {
        Map<String, Object> told = new LinkedHashMap<>();
        if (compiler != null) {
            compiler.counts(namespace).ifPresent(counts -> {
                told.put("accepted", counts.accepted());
                told.put("refused", counts.refused());
            });
        }
        return told;
    }

    static ControlSettings settings(ClusterConfig config, String namespace) throws StartFailure {
        Target configured = config.deployment() == null ? null : Target.deployment(namespace, config.deployment());
        HealPolicy usual = HealPolicy.DEFAULT;
        return new ControlSettings(
                configured,
                config.manifest() == null || configured == null ? null : manifest(config.manifest(), configured),
                Set.copyOf(config.watch()),
                Set.of(namespace),
                config.reconcile().enabled(),
                config.reconcile().interval(),
                new HealPolicy(
                        config.reconcile().enabled(),
                        config.heal().budget(),
                        usual.window(),
                        config.heal().backOff(),
                        usual.nodeGrace()));
    }

    private static Deployment manifest(Path file, Target configured) throws StartFailure {
        try {
            Deployment read = Serialization.unmarshal(Files.readString(file), Deployment.class);
            if (read == null
                    || !"Deployment".equals(read.getKind())
                    || read.getMetadata() == null
                    || read.getSpec() == null) {
                throw new StartFailure("`" + file + "` is no manifest of a Deployment");
            }
            String name = read.getMetadata().getName();
            String place = read.getMetadata().getNamespace();
            boolean named = name == null || name.equals(configured.name());
            if (!named || (place != null && !place.equals(configured.namespace()))) {
                throw new StartFailure("`" + file + "` is the manifest of another Deployment than " + configured);
            }
            return read;
        } catch (IOException | RuntimeException unreadable) {
            throw new StartFailure("`" + file + "` cannot be read as a manifest of a Deployment", unreadable);
        }
    }
}
