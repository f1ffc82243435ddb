package dev.pavise.k8s.compile;

import dev.pavise.k8s.resource.Kind;
import dev.pavise.k8s.resource.Resource;
import dev.pavise.policy.config.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts resources into the base: agents become upstreams, routes, roles and bindings come behind those of the base, manifests and authorities become
 * files beside the configuration. Remembers what came from where, so that an error can name the resource.
 */
final class Assembly {
    private final Map<String, Object> root = new LinkedHashMap<>();
    private final SortedMap<String, String> files = new TreeMap<>();
    private final Origins origins = new Origins();

    private Assembly(BaseConfig base) {
        for (YamlNode.Entry entry : base.tree().entries()) {
            if (entry.key() instanceof YamlNode.Scalar name) root.put(name.text(), entry.value());
        }
    }

    /**
     * A configuration that nobody has judged yet.
     *
     * @param files what it names, by name, to lie beside it
     */
    record Assembled(String text, SortedMap<String, String> files, Origins origins) {}

    /** In the order of {@link Resource#ORDER}, so that equal resources make equal bytes. */
    static Assembled of(BaseConfig base, String namespace, List<Resource> resources) {
        Assembly assembly = new Assembly(base);
        resources.stream().sorted(Resource.ORDER).forEach(assembly::add);
        String text = """
                # Made by pavise-manager of the operator's base and the resources of namespace %s. It is made anew when they
                # change, and what is changed here is overwritten.
                """.formatted(namespace) + YamlText.of(assembly.root);
        return new Assembled(text, assembly.files, assembly.origins);
    }

    private void add(Resource resource) {
        Map<String, Object> spec = new LinkedHashMap<>(resource.spec());
        switch (resource.kind()) {
            case AGENT -> agent(resource, spec);
            case GATEWAY_ROLE -> role(resource, spec);
            case TOOL_MANIFEST -> manifest(resource);
            case GATEWAY_ROUTE -> {
                spec.putIfAbsent("name", resource.name());
                item("routes", resource, spec);
            }
            case GATEWAY_ROLE_BINDING -> item("bindings", resource, spec);
        }
    }

    private void agent(Resource agent, Map<String, Object> spec) {
        Object service = spec.remove("service");
        if (service instanceof Map<?, ?> named) spec.put("url", AgentService.url(agent.namespace(), named));
        Object authorities = spec.remove("ca_pem");
        if (authorities instanceof String pem) {
            String file = "agent-" + agent.name() + "-ca.pem";
            files.put(file, pem);
            spec.put("ca", file);
        }
        entry(mapping("upstreams"), agent, "upstreams", spec);
    }

    private void role(Resource role, Map<String, Object> spec) {
        if (root.get("roles") instanceof YamlNode.Mapping || root.get("roles") instanceof Map) {
            entry(mapping("roles"), role, "roles", spec);
        } else {
            spec.put("name", role.name());
            item("roles", role, spec);
        }
    }

    private void manifest(Resource manifest) {
        String file = "tool-" + manifest.name() + ".json";
        files.put(file, ManifestTrust.json(manifest));
        Map<String, Object> tools = mapping("tools");
        List<Object> all = Assembly.list(tools, "manifests");
        origins.put("tools.manifests[" + all.size() + "]", manifest);
        all.add(file);
    }

    private void entry(Map<String, Object> all, Resource resource, String section, Map<String, Object> value) {
        origins.put(section + "." + resource.name(), resource);
        all.put(resource.name(), value);
    }

    private void item(String section, Resource resource, Map<String, Object> value) {
        List<Object> all = list(root, section);
        origins.put(section + "[" + all.size() + "]", resource);
        all.add(value);
    }

    /** A mapping of the base that can be added to. */
    @SuppressWarnings("unchecked") // what is a Map here was put here by this method
    private Map<String, Object> mapping(String name) {
        if (root.get(name) instanceof Map<?, ?> opened) return (Map<String, Object>) opened;
        Map<String, Object> opened = new LinkedHashMap<>();
        if (root.get(name) instanceof YamlNode.Mapping there) {
            for (YamlNode.Entry entry : there.entries()) {
                if (entry.key() instanceof YamlNode.Scalar key) opened.put(key.text(), entry.value());
            }
        }
        root.put(name, opened);
        return opened;
    }

    @SuppressWarnings("unchecked") // what is a List here was put here by this method
    private static List<Object> list(Map<String, Object> in, String name) {
        Object there = in.get(name);
        if (there instanceof List<?> opened) return (List<Object>) opened;
        List<Object> opened = new ArrayList<>();
        if (there instanceof YamlNode.Sequence items) opened.addAll(items.items());
        if (there instanceof YamlNode.Scalar one && !one.isNull()) opened.add(one);
        in.put(name, opened);
        return opened;
    }

    /** Which resource stands where in the configuration. */
    static final class Origins {
        private final Map<String, Resource> places = new LinkedHashMap<>();

        private void put(String place, Resource resource) {
            places.put(place, resource);
        }

        /** A field of a resource. */
        record Origin(Resource resource, String field) {}

        /** Where a resource stands; empty where it does not. */
        String place(Resource resource) {
            return places.entrySet().stream()
                    .filter(place -> place.getValue().id().equals(resource.id()))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse("");
        }

        /** Whose field it is; empty where it is the base's. */
        Optional<Origin> of(String field) {
            Origin best = null;
            int longest = 0;
            for (Map.Entry<String, Resource> place : places.entrySet()) {
                String prefix = place.getKey();
                boolean inside =
                        field.equals(prefix) || field.startsWith(prefix + ".") || field.startsWith(prefix + "[");
                if (inside && prefix.length() > longest) {
                    best = new Origin(place.getValue(), named(place.getValue(), field.substring(prefix.length())));
                    longest = prefix.length();
                }
            }
            return Optional.ofNullable(best);
        }

        private static String named(Resource resource, String rest) {
            if (resource.kind() == Kind.AGENT
                    && rest.startsWith(".url")
                    && resource.spec().containsKey("service")) {
                return "spec.service";
            }
            return resource.kind() == Kind.AGENT && rest.equals(".ca") ? "spec.ca_pem" : "spec" + rest;
        }
    }
}
