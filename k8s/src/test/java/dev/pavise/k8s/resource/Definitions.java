package dev.pavise.k8s.resource;

import dev.pavise.proxy.config.ConfigSchema;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The definitions of the kinds, made of the schema of the gateway's own configuration, so that the two know the same keys. What lies in {@code deploy/crds}
 * is what this writes.
 */
public final class Definitions {
    private static final Map<String, Object> CONFIG = map(Serialization.unmarshal(ConfigSchema.text(), Map.class));
    private static final Pattern REPEAT = Pattern.compile("\\{[0-9]*,?([0-9]+)}");
    private static final int MOST_REPEATS = 1000; // of RE2, which API servers check patterns with

    private Definitions() {}

    /** By the name of the file. */
    public static Map<String, Map<String, Object>> all() {
        Map<String, Map<String, Object>> all = new TreeMap<>();
        for (Kind kind : Kind.values()) all.put(kind.plural() + ".yaml", definition(kind));
        return all;
    }

    static Map<String, Object> spec(Kind kind) {
        return switch (kind) {
            case AGENT -> agent();
            case GATEWAY_ROLE -> role();
            case TOOL_MANIFEST -> manifest();
            case GATEWAY_ROUTE -> route();
            case GATEWAY_ROLE_BINDING -> binding();
        };
    }

    private static Map<String, Object> route() {
        Map<String, Object> spec = structural(at("properties", "routes", "items"));
        map(spec.get("properties"))
                .put("name", text("what logs and audit records call it; default: the name of the resource"));
        Map<String, Object> opa =
                map(map(map(spec.get("properties")).get("opa")).get("properties"));
        opa.keySet().removeAll(Set.of("ca", "token"));
        map(opa.get("url"))
                .put("description", "the decision, such as https://opa.agents.svc:8181/v1/data/pavise/allow");
        return spec;
    }

    private static Map<String, Object> agent() {
        Map<String, Object> spec = structural(at("properties", "upstreams", "additionalProperties"));
        Map<String, Object> keys = map(spec.get("properties"));
        keys.keySet().removeAll(Set.of("ca", "cert", "key"));
        keys.put(
                "ca_pem",
                text("authorities its certificate must come from, as PEM text; default: those of the system"));
        Map<String, Object> service = new LinkedHashMap<>();
        service.put("name", text("the Service, of this namespace"));
        service.put("port", of("type", "integer", "minimum", 1, "maximum", 65535, "description", "its port"));
        service.put("tls", of("type", "boolean", "description", "whether it is reached over TLS; default: false"));
        keys.put("service", object("instead of url: a Service of this namespace", service, List.of("name", "port")));
        spec.put(
                "x-kubernetes-validations",
                List.of(rule(
                        "[has(self.url), has(self.urls), has(self.service)].exists_one(each, each)",
                        "needs exactly one of url, urls and service")));
        return spec;
    }

    private static Map<String, Object> role() {
        Map<String, Object> listed = at("properties", "roles");
        Map<String, Object> item = map(map(list(listed.get("anyOf")).get(1)).get("items"));
        Map<String, Object> spec = structural(item);
        map(spec.get("properties")).remove("name");
        spec.put("required", List.of("permissions"));
        return spec;
    }

    private static Map<String, Object> binding() {
        Map<String, Object> spec = structural(at("properties", "bindings", "items"));
        spec.put(
                "x-kubernetes-validations",
                List.of(rule("has(self.principal) != has(self.group)", "needs one of principal and group")));
        return spec;
    }

    private static Map<String, Object> manifest() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("tool_id", text("what the tool is called"));
        keys.put("version", text("its version (semver)"));
        keys.put("sha256_hash", text("the SHA-256 of its content, in lower-case hex"));
        keys.put("signature", text("Ed25519, base64, over all the rest"));
        keys.put("key_id", text("the key that signed; default: every trusted key is tried"));
        keys.put("kind", choice("what its content is; default: told from the content", "wasm", "native"));
        Map<String, Object> resources = new LinkedHashMap<>();
        resources.put("type", "array");
        resources.put("items", of("type", "string"));
        resources.put("description", "fs:ro:/path, fs:rw:/path, net:host:port, secret:name; default: none");
        keys.put("allowed_resources", resources);
        keys.put("max_memory_mb", whole("the most memory"));
        keys.put("max_cpu_seconds", whole("the most CPU time"));
        keys.put("network_allowed", of("type", "boolean", "description", "whether it may reach what it names"));
        keys.put(
                "policy",
                choice("the bounds it puts itself under; default: default", "default", "restricted", "custom"));
        return object(
                "",
                keys,
                List.of(
                        "tool_id",
                        "version",
                        "sha256_hash",
                        "signature",
                        "max_memory_mb",
                        "max_cpu_seconds",
                        "network_allowed"));
    }

    private static Map<String, Object> definition(Kind kind) {
        Map<String, Object> names = new LinkedHashMap<>();
        names.put("kind", kind.word());
        names.put("listKind", kind.word() + "List");
        names.put("plural", kind.plural());
        names.put("singular", kind.plural().substring(0, kind.plural().length() - 1));
        names.put("shortNames", List.of(shortName(kind)));
        names.put("categories", List.of("pavise"));
        Map<String, Object> version = new LinkedHashMap<>();
        version.put("name", Kind.VERSION);
        version.put("served", true);
        version.put("storage", true);
        version.put("subresources", of("status", of()));
        version.put("additionalPrinterColumns", columns(kind));
        version.put("schema", of("openAPIV3Schema", schema(kind)));
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("group", Kind.GROUP);
        spec.put("scope", "Namespaced");
        spec.put("names", names);
        spec.put("versions", List.of(version));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("apiVersion", "apiextensions.k8s.io/v1");
        all.put("kind", "CustomResourceDefinition");
        all.put("metadata", of("name", kind.definition()));
        all.put("spec", spec);
        return all;
    }

    private static String shortName(Kind kind) {
        return switch (kind) {
            case AGENT -> "pvagent";
            case GATEWAY_ROLE -> "pvrole";
            case TOOL_MANIFEST -> "pvtool";
            case GATEWAY_ROUTE -> "pvroute";
            case GATEWAY_ROLE_BINDING -> "pvbinding";
        };
    }

    private static List<Object> columns(Kind kind) {
        List<Object> columns = new ArrayList<>();
        switch (kind) {
            case AGENT -> {
                columns.add(column("Service", "string", ".spec.service.name"));
                columns.add(column("URL", "string", ".spec.url"));
            }
            case GATEWAY_ROLE -> columns.add(column("Permissions", "string", ".spec.permissions"));
            case TOOL_MANIFEST -> {
                columns.add(column("Tool", "string", ".spec.tool_id"));
                columns.add(column("Version", "string", ".spec.version"));
            }
            case GATEWAY_ROUTE -> {
                columns.add(column("Path", "string", ".spec.match.path"));
                columns.add(column("Permission", "string", ".spec.permission"));
                columns.add(column("Upstream", "string", ".spec.upstream"));
            }
            case GATEWAY_ROLE_BINDING -> {
                columns.add(column("Principal", "string", ".spec.principal"));
                columns.add(column("Group", "string", ".spec.group"));
                columns.add(column("Roles", "string", ".spec.roles"));
            }
        }
        columns.add(column("Accepted", "string", ".status.conditions[?(@.type==\"Accepted\")].status"));
        columns.add(column("In force", "integer", ".status.inForceGeneration"));
        columns.add(column("Age", "date", ".metadata.creationTimestamp"));
        return columns;
    }

    private static Map<String, Object> column(String name, String type, String path) {
        Map<String, Object> column = new LinkedHashMap<>();
        column.put("name", name);
        column.put("type", type);
        column.put("jsonPath", path);
        return column;
    }

    private static Map<String, Object> schema(Kind kind) {
        Map<String, Object> spec = of("description", "What it asks for.");
        spec.putAll(spec(kind));
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("apiVersion", of("type", "string"));
        keys.put("kind", of("type", "string"));
        keys.put("metadata", of("type", "object"));
        keys.put("spec", spec);
        keys.put("status", status());
        Map<String, Object> schema = object(says(kind), keys, List.of("spec"));
        if (kind == Kind.AGENT) {
            schema.put(
                    "x-kubernetes-validations",
                    List.of(rule("self.metadata.name.size() <= 63", "an agent's name has at most 63 characters")));
        }
        return schema;
    }

    private static String says(Kind kind) {
        return switch (kind) {
            case AGENT -> "An upstream with a name, for the gateways of this namespace.";
            case GATEWAY_ROLE -> "A named list of permissions, for the gateways of this namespace.";
            case TOOL_MANIFEST -> "A signed tool, for the gateways of this namespace.";
            case GATEWAY_ROUTE ->
                "Requests that go to one upstream under one permission, in the gateways of this namespace.";
            case GATEWAY_ROLE_BINDING -> "Who has which roles in the gateways of this namespace.";
        };
    }

    private static Map<String, Object> status() {
        Map<String, Object> condition = new LinkedHashMap<>();
        condition.put("type", of("type", "string"));
        condition.put("status", choice("", "True", "False", "Unknown"));
        condition.put("reason", of("type", "string"));
        condition.put("message", of("type", "string"));
        condition.put("lastTransitionTime", of("type", "string", "format", "date-time"));
        condition.put("observedGeneration", of("type", "integer", "format", "int64"));
        Map<String, Object> conditions = new LinkedHashMap<>();
        conditions.put("type", "array");
        conditions.put(
                "items", object("", condition, List.of("type", "status", "reason", "message", "lastTransitionTime")));
        conditions.put("x-kubernetes-list-type", "map");
        conditions.put("x-kubernetes-list-map-keys", List.of("type"));
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("observedGeneration", of("type", "integer", "format", "int64"));
        keys.put(
                "inForceGeneration",
                of(
                        "description",
                        "the generation of the spec that is in force; 0: none is",
                        "type",
                        "integer",
                        "format",
                        "int64"));
        keys.put("conditions", conditions);
        return object("Written by the manager.", keys, List.of());
    }

    /** What JSON Schema says, in the part of it that a definition can hold: every value has one type, and defaults stay the gateway's. */
    private static Map<String, Object> structural(Map<String, Object> from) {
        Map<String, Object> to = new LinkedHashMap<>();
        if (from.containsKey("description")) to.put("description", from.get("description"));
        if (from.containsKey("anyOf")) {
            to.put("type", "string");
            to.put("enum", map(list(from.get("anyOf")).getFirst()).get("enum"));
            return to;
        }
        List<?> types = from.get("type") instanceof List<?> several ? several : List.of(from.get("type"));
        if (types.contains("integer") && !from.containsKey("maximum")) {
            to.put("x-kubernetes-int-or-string", true);
            return to;
        }
        to.put("type", types.getFirst());
        for (String bound : List.of("minimum", "maximum", "minItems", "required")) {
            if (from.containsKey(bound)) to.put(bound, from.get(bound));
        }
        if (types.getFirst().equals("string") && from.get("pattern") instanceof String pattern) pattern(to, pattern);
        if (from.containsKey("items")) to.put("items", structural(map(from.get("items"))));
        if (from.get("properties") instanceof Map<?, ?> keys) {
            Map<String, Object> made = new LinkedHashMap<>();
            map(keys).forEach((name, value) -> made.put(name, structural(map(value))));
            to.put("properties", made);
        } else if (from.get("additionalProperties") instanceof Map<?, ?> values) {
            to.put("additionalProperties", structural(map(values)));
        }
        return to;
    }

    private static void pattern(Map<String, Object> to, String pattern) {
        String own = pattern.endsWith("|\\$\\{") ? pattern.substring(0, pattern.length() - 5) : pattern;
        Matcher repeats = REPEAT.matcher(own);
        boolean fits = !own.contains("(?=") && !own.contains("(?!") && !own.contains("(?<");
        while (repeats.find()) fits &= Integer.parseInt(repeats.group(1)) <= MOST_REPEATS;
        if (fits) to.put("pattern", own);
    }

    private static Map<String, Object> object(String says, Map<String, Object> keys, List<String> required) {
        Map<String, Object> object = new LinkedHashMap<>();
        if (!says.isEmpty()) object.put("description", says);
        object.put("type", "object");
        if (!required.isEmpty()) object.put("required", required);
        object.put("properties", keys);
        return object;
    }

    private static Map<String, Object> text(String says) {
        return described("string", says);
    }

    private static Map<String, Object> whole(String says) {
        Map<String, Object> whole = described("integer", says);
        whole.put("minimum", 1);
        return whole;
    }

    private static Map<String, Object> choice(String says, String... words) {
        Map<String, Object> choice = described("string", says);
        choice.put("enum", List.of(words));
        return choice;
    }

    private static Map<String, Object> described(String type, String says) {
        Map<String, Object> described = new LinkedHashMap<>();
        if (!says.isEmpty()) described.put("description", says);
        described.put("type", type);
        return described;
    }

    /** In this order, so that the same is written each time. */
    private static Map<String, Object> of(Object... namesAndValues) {
        Map<String, Object> made = new LinkedHashMap<>();
        for (int at = 0; at < namesAndValues.length; at += 2)
            made.put((String) namesAndValues[at], namesAndValues[at + 1]);
        return made;
    }

    private static Map<String, Object> rule(String rule, String message) {
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("rule", rule);
        made.put("message", message);
        return made;
    }

    private static Map<String, Object> at(String... keys) {
        Map<String, Object> here = CONFIG;
        for (String key : keys) here = map(here.get(key));
        return here;
    }

    @SuppressWarnings("unchecked") // objects of JSON have texts as keys
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static List<?> list(Object value) {
        return (List<?>) value;
    }
}
