package dev.pavise.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsedRightsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GET    | /api/v1/pods                                                    | false | [list pods]
                    GET    | /api/v1/pods?watch=true&resourceVersion=1                       | false | [watch pods]
                    GET    | /api/v1/namespaces/a/pods/p                                     | false | [get pods]
                    GET    | /api/v1/namespaces                                              | false | [list namespaces]
                    GET    | /api/v1/namespaces/a                                            | false | [get namespaces]
                    POST   | /api/v1/namespaces/a/pods/p/eviction                            | false | [create pods/eviction]
                    POST   | /apis/authentication.k8s.io/v1/tokenreviews                     | false | [create tokenreviews.authentication.k8s.io]
                    PATCH  | /apis/apps/v1/namespaces/a/deployments/d?fieldManager=m         | true  | [create deployments.apps, patch deployments.apps]
                    PATCH  | /apis/apps/v1/namespaces/a/deployments/d                        | false | [patch deployments.apps]
                    PATCH  | /apis/pavise.dev/v1alpha1/namespaces/a/agents/x/status          | true  | [patch agents/status.pavise.dev]
                    PUT    | /apis/coordination.k8s.io/v1/namespaces/a/leases/l              | false | [update leases.coordination.k8s.io]
                    DELETE | /api/v1/namespaces/a/pods/p                                     | false | [delete pods]
                    DELETE | /api/v1/namespaces/a/pods                                       | false | [deletecollection pods]
                    GET    | /version                                                        | false | []
                    """)
    void readsARequestAsTheApiServerDoes(String method, String uri, boolean apply, String rights) {
        assertEquals(
                rights,
                UsedRights.of(method, URI.create("https://api" + uri), apply).toString());
    }
}
