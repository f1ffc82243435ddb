package dev.pavise.k8s.inject.file;

import dev.pavise.k8s.inject.Demand;
import dev.pavise.k8s.inject.Injection;
import dev.pavise.k8s.inject.Injector;
import dev.pavise.k8s.inject.Marks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts gateways into every pod of a file of manifests, and has the Services in it lead to them. What says nothing about pods keeps
 * its text, to the letter; what is changed loses its comments.
 */
public final class ManifestInjection {
    private static final Map<String, List<String>> TEMPLATES = templates();

    private final Injector injector;
    private final Set<String> exempt;
    private final List<String> said = new ArrayList<>();
    private final List<InjectedPods> injected = new ArrayList<>();

    private ManifestInjection(Injector injector, Set<String> exempt) {
        this.injector = injector;
        this.exempt = exempt;
    }

    /**
     * The file anew.
     *
     * @param text the file
     * @param said what was done to which object, a line each
     */
    public record Outcome(String text, List<String> said) {
        public Outcome {
            said = List.copyOf(said);
        }
    }

    /**
     * Puts them in.
     *
     * @param exempt namespaces that are left alone, besides those of the system
     */
    public static Outcome inject(String file, Injector injector, Set<String> exempt) throws BadManifestException {
        ManifestInjection injection = new ManifestInjection(injector, exempt);
        String text = injection.whole(ManifestFile.read(file));
        return new Outcome(text, injection.said);
    }

    private static Map<String, List<String>> templates() {
        Map<String, List<String>> templates = new HashMap<>();
        templates.put("Pod", List.of());
        for (String kind :
                List.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job")) {
            templates.put(kind, List.of("spec", "template"));
        }
        templates.put("CronJob", List.of("spec", "jobTemplate", "spec", "template"));
        return Map.copyOf(templates);
    }

    private String whole(List<ManifestFile.Document> documents) throws BadManifestException {
        List<ObjectNode> before = new ArrayList<>();
        for (ManifestFile.Document document : documents) {
            ObjectNode tree = document.tree();
            before.add(tree == null ? JsonNodeFactory.instance.objectNode() : tree.deepCopy());
            if (tree != null) {
                pods(tree);
            }
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            ManifestFile.Document document = documents.get(i);
            ObjectNode tree = document.tree();
            if (tree != null) {
                services(tree);
            }
            if (tree == null || tree.equals(before.get(i))) {
                texts.add(document.text());
            } else {
                texts.add(ManifestWriter.write(tree));
            }
        }
        return texts.stream()
                .map(text -> text.isEmpty() || text.endsWith("\n") ? text : text + "\n")
                .collect(Collectors.joining("---\n"));
    }

    private void pods(ObjectNode object) throws BadManifestException {
        if (isList(object)) {
            for (JsonNode item : object.path("items")) {
                if (item instanceof ObjectNode inner) {
                    pods(inner);
                }
            }
            return;
        }
        List<String> way = TEMPLATES.get(text(object, "kind"));
        if (way == null) {
            return;
        }
        JsonNode template = object;
        for (String step : way) {
            template = template.path(step);
        }
        if (!(template instanceof ObjectNode pod)) {
            throw new BadManifestException(named(object) + ": has no pod template");
        }
        String namespace = namespace(object);
        switch (injector.inject(pod, demand(namespace, pod))) {
            case Injection.Injected done -> {
                pod.removeAll();
                pod.setAll(done.pod());
                said.add(named(object) + ": injected");
                done.warnings().forEach(warning -> said.add(named(object) + ": " + warning));
                injected.add(InjectedPods.of(namespace, pod));
            }
            case Injection.Already() -> {
                said.add(named(object) + ": carries its gateway already");
                injected.add(InjectedPods.of(namespace, pod));
            }
            case Injection.Unchanged(String reason) -> said.add(named(object) + ": left alone: " + reason);
            case Injection.Refused(String reason) ->
                throw new BadManifestException(named(object) + ": refused: " + reason);
        }
    }

    /** Whoever runs this on a file demands it for all its pods, but for those that say no for themselves: there is no namespace here to overrule them. */
    private Demand demand(String namespace, ObjectNode pod) {
        if (Demand.isExempt(namespace, exempt)) {
            return new Demand.NotDemanded("pods of namespace " + namespace + " are left alone");
        }
        JsonNode label = pod.path("metadata").path("labels").path(Marks.INJECT);
        return label.isString() && label.stringValue().equals("false")
                ? new Demand.NotDemanded(
                        "label " + Marks.INJECT + " says false; in a namespace with injection it would be refused")
                : new Demand.ByPod();
    }

    private void services(ObjectNode object) {
        if (isList(object)) {
            for (JsonNode item : object.path("items")) {
                if (item instanceof ObjectNode inner) {
                    services(inner);
                }
            }
            return;
        }
        if (!text(object, "kind").equals("Service")
                || !text(object, "apiVersion").equals("v1")) {
            return;
        }
        for (InjectedPods pods : injected) {
            if (pods.namespace().equals(namespace(object))
                    && pods.isSelectedBy(object.path("spec").path("selector"))) {
                lead(object, pods);
            }
        }
    }

    private void lead(ObjectNode service, InjectedPods pods) {
        if (!(service.path("spec").path("ports") instanceof ArrayNode ports)) {
            return;
        }
        for (JsonNode each : ports) {
            if (each instanceof ObjectNode port) {
                switch (pods.leads(port)) {
                    case InjectedPods.Leads.TO_APPLICATION -> {
                        port.put("targetPort", Marks.PORT);
                        said.add(named(service) + ": port " + port.path("port") + " leads to the gateway now");
                    }
                    case InjectedPods.Leads.AROUND ->
                        said.add(
                                named(service) + ": port " + port.path("port")
                                        + " leads to a port that no gateway stands before; the NetworkPolicy drops what comes that way");
                    case InjectedPods.Leads.TO_SIDECAR -> {}
                }
            }
        }
    }

    private static boolean isList(ObjectNode object) {
        return text(object, "kind").endsWith("List") && object.path("items").isArray();
    }

    private static String namespace(ObjectNode object) {
        String namespace = text(object.path("metadata"), "namespace");
        return namespace.isEmpty() ? "default" : namespace;
    }

    private static String named(ObjectNode object) {
        String name = text(object.path("metadata"), "name");
        return text(object, "kind") + " " + (name.isEmpty() ? "without a name" : name);
    }

    private static String text(JsonNode parent, String name) {
        JsonNode value = parent.path(name);
        return value.isString() ? value.stringValue() : "";
    }
}
