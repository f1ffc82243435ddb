package dev.pavise.deploy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.Optional;

/** Reads objects into the models of the client strictly: they take up what they do not know as "additional properties", which are switched off here. */
final class Models {
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            })
            .build();

    private Models() {}

    /** What is wrong with an object, if anything is. One of a kind that is not built into Kubernetes is not judged. */
    static Optional<String> fault(JsonNode object) {
        Object model = Serialization.unmarshal(object.toString(), KubernetesResource.class);
        if (model instanceof GenericKubernetesResource) {
            return Optional.empty();
        }
        try {
            STRICT.readValue(object.toString(), model.getClass());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Rendered.name(object) + ": " + e.getMessage());
        }
    }
}
