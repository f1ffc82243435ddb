package dev.pavise.k8s.control;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import org.jspecify.annotations.Nullable;

/** Who owns what: by the uid of its controller, since names are used again and labels are anybody's. */
final class Owners {
    private Owners() {}

    static boolean owns(HasMetadata owner, HasMetadata owned) {
        String uid = owner.getMetadata().getUid();
        return uid != null && uid.equals(of(owned));
    }

    /** The uid of its controller; null where it has none. */
    static @Nullable String of(HasMetadata owned) {
        if (owned.getMetadata() == null || owned.getMetadata().getOwnerReferences() == null) {
            return null;
        }
        for (OwnerReference each : owned.getMetadata().getOwnerReferences()) {
            if (Boolean.TRUE.equals(each.getController())) {
                return each.getUid();
            }
        }
        return null;
    }
}
