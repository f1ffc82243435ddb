package dev.pavise.k8s.compile;

import java.nio.file.Path;
import java.util.List;

/**
 * What resources are compiled by. Whoever may write resources in a namespace decides over the gateways of that namespace within these bounds, and over no others.
 *
 * @param base the file that every gateway's configuration begins with
 * @param mayGrant permissions that resources may give and ask for beyond those of their own applications, {@code *} for a whole part; names of roles of the base
 *     may stand among them, which bindings may then give
 */
public record ResourceSettings(Path base, List<String> mayGrant, Allowance allowance) {
    public ResourceSettings {
        mayGrant = List.copyOf(mayGrant);
    }
}
