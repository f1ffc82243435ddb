package dev.pavise.k8s.compile;

import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.resource.Kind;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Installs what lies in {@code deploy/crds}, as an operator does. */
final class InstalledKinds {
    private static final Path FOLDER = Path.of("..", "deploy", "crds");

    private InstalledKinds() {}

    static void in(KubernetesClient client, boolean real) throws IOException {
        for (Kind kind : Kind.values()) {
            String text = Files.readString(FOLDER.resolve(kind.plural() + ".yaml"));
            CustomResourceDefinition definition = Serialization.unmarshal(text, CustomResourceDefinition.class);
            client.resource(definition).fieldManager("test").forceConflicts().serverSideApply();
            if (real) Waiting.until(kind.definition() + " is established", () -> established(client, kind));
        }
    }

    private static boolean established(KubernetesClient client, Kind kind) {
        CustomResourceDefinitionStatus status = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(kind.definition())
                .get()
                .getStatus();
        return status != null
                && status.getConditions() != null
                && status.getConditions().stream()
                        .anyMatch(each -> each.getType().equals("Established")
                                && each.getStatus().equals("True"));
    }
}
