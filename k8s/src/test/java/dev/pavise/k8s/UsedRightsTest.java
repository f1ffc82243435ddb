package dev.pavise.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsedRightsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GET    | /api/v1/pods                                                    | [list pods]
                    GET    | /api/v1/pods?watch=true&resourceVersion=1                       | [watch pods]
                    GET    | /api/v1/namespaces/a/pods/p                                     | [get pods]
                    GET    | /api/v1/namespaces                                              | [list namespaces]
                    GET    | /api/v1/namespaces/a                                            | [get namespaces]
                    POST   | /api/v1/namespaces/a/pods/p/eviction                            | [create pods/eviction]
                    POST   | /apis/authentication.k8s.io/v1/tokenreviews                     | [create tokenreviews.authentication.k8s.io]
                    PATCH  | /apis/apps/v1/namespaces/a/deployments/d?fieldManager=m         | [create deployments.apps, patch deployments.apps]
                    PATCH  | /apis/apps/v1/namespaces/a/deployments/d                        | [patch deployments.apps]
                    PATCH  | /apis/pavise.dev/v1alpha1/namespaces/a/agents/x/status?fieldManager=m | [patch agents/status.pavise.dev]
                    PUT    | /apis/coordination.k8s.io/v1/namespaces/a/leases/l              | [update leases.coordination.k8s.io]
                    DELETE | /api/v1/namespaces/a/pods/p                                     | [delete pods]
                    DELETE | /api/v1/namespaces/a/pods                                       | [deletecollection pods]
                    GET    | /version                                                        | []
                    """)
    void readsARequestAsTheApiServerDoes(String method, String uri, String rights) {
        assertEquals(
                rights, UsedRights.of(method, URI.create("https://api" + uri)).toString());
    }
}
