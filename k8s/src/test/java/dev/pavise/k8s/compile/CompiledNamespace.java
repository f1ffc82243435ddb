package dev.pavise.k8s.compile;

import dev.pavise.k8s.ApiServer;
import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.resource.Kind;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A namespace whose resources are compiled, and the compiler. */
final class CompiledNamespace implements AutoCloseable {
    static final String ROUTE = "{match: {path: \"%s\"}, permission: \"agent:list\", upstream: app}";
    final ApiServer server = ApiServer.start();
    final KubernetesClient client = server.client();
    final RecordedActs journal = new RecordedActs();
    /** Namespaces that come first. */
    volatile List<String> before = List.of();

    final AtomicBoolean synced = new AtomicBoolean(true);
    final String namespace;
    final Path base;
    ResourceCompiler compiler;

    CompiledNamespace(Path folder) throws IOException {
        namespace = server.namespace(Map.of("pavise.dev/inject", "true"));
        base = Files.writeString(folder.resolve("base.yaml"), Samples.BASE);
        InstalledKinds.in(client, server.real());
        compiler = compiler();
    }

    ResourceCompiler compiler() {
        return compiler(Allowance.USUAL);
    }

    ResourceCompiler compiler(Allowance allowance) {
        Namespaces namespaces = new Namespaces() {
            @Override
            public boolean synced() {
                return synced.get();
            }

            @Override
            public Set<String> names() {
                Set<String> names = new LinkedHashSet<>(before);
                names.add(namespace);
                return names;
            }
        };
        ResourceSettings settings = new ResourceSettings(base, List.of(), allowance);
        return new ResourceCompiler(client, journal, settings, namespaces, List.of(), InstantSource.system());
    }

    @Override
    public void close() {
        compiler.end();
        server.close();
    }

    void create(Kind kind, String name, String spec) {
        client.genericKubernetesResources(kind.context())
                .inNamespace(namespace)
                .resource(new GenericKubernetesResourceBuilder()
                        .withApiVersion(Kind.API_VERSION)
                        .withKind(kind.word())
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .addToAdditionalProperties("spec", Samples.map(spec))
                        .build())
                .create();
    }

    void change(Kind kind, String name, String spec) {
        client.genericKubernetesResources(kind.context())
                .inNamespace(namespace)
                .withName(name)
                .edit(found -> {
                    found.getAdditionalProperties().put("spec", Samples.map(spec));
                    return found;
                });
    }

    ConfigMap configMap() {
        return client.configMaps()
                .inNamespace(namespace)
                .withName("pavise-gateway")
                .get();
    }

    String config() {
        ConfigMap found = configMap();
        return found == null ? "" : found.getData().getOrDefault("pavise.yaml", "");
    }

    GenericKubernetesResource live(Kind kind, String name) {
        return client.genericKubernetesResources(kind.context())
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    Map<?, ?> condition(Kind kind, String name) {
        Object status = live(kind, name).getAdditionalProperties().get("status");
        return status instanceof Map<?, ?> map && map.get("conditions") instanceof List<?> all && !all.isEmpty()
                ? (Map<?, ?>) all.getFirst()
                : Map.of();
    }

    void until(Kind kind, String name, String status, String message) {
        Waiting.until(kind.word() + " " + name + " is " + status, () -> {
            Map<?, ?> condition = condition(kind, name);
            return status.equals(condition.get("status"))
                    && String.valueOf(condition.get("message")).contains(message);
        });
    }

    Optional<Event> events(String name) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(each -> name.equals(each.getInvolvedObject().getName()))
                .findFirst();
    }

    Map<String, String> trustedKeys() {
        ConfigMap found = client.configMaps()
                .inNamespace(namespace)
                .withName("pavise-trusted-keys")
                .get();
        return found == null ? Map.of() : ConfigMaps.files(found);
    }
}
