package io.meshkit.domain.query;

import static io.meshkit.domain.records.BindingKind.BINDING;
import static io.meshkit.domain.records.RoleKind.ROLE;
import static io.meshkit.domain.records.TokenKind.TOKEN;

import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Check;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.Binding;
import io.meshkit.v1.GetBindingRequest;
import io.meshkit.v1.GetBindingResponse;
import io.meshkit.v1.GetRoleRequest;
import io.meshkit.v1.GetRoleResponse;
import io.meshkit.v1.GetTokenRequest;
import io.meshkit.v1.GetTokenResponse;
import io.meshkit.v1.ListBindingsRequest;
import io.meshkit.v1.ListBindingsResponse;
import io.meshkit.v1.ListRolesRequest;
import io.meshkit.v1.ListRolesResponse;
import io.meshkit.v1.ListTokensRequest;
import io.meshkit.v1.ListTokensResponse;
import io.meshkit.v1.Role;
import java.util.List;
import java.util.function.Predicate;

/** Reading roles, bindings and tokens. What is kept of a token's secret is in none of them. */
public final class AccessQueries {
    private AccessQueries() {}

    public static List<QueryHandler<?>> all() {
        return List.of(
                new QueryHandler<>(GetRoleRequest.getDefaultInstance(), AccessQueries::getRole),
                new QueryHandler<>(ListRolesRequest.getDefaultInstance(), AccessQueries::listRoles),
                new QueryHandler<>(GetBindingRequest.getDefaultInstance(), AccessQueries::getBinding),
                new QueryHandler<>(ListBindingsRequest.getDefaultInstance(), AccessQueries::listBindings),
                new QueryHandler<>(GetTokenRequest.getDefaultInstance(), AccessQueries::getToken),
                new QueryHandler<>(ListTokensRequest.getDefaultInstance(), AccessQueries::listTokens));
    }

    private static QueryResult getRole(StoreView view, GetRoleRequest request, Check check) {
        check.id("name", request.getName());
        return Gets.answer(view, check, () -> ROLE.ref(request.getName()), GetRoleResponse.getDefaultInstance());
    }

    private static QueryResult listRoles(StoreView view, ListRolesRequest request, Check check) {
        String search = Filters.search(request.getSearch(), check);
        Predicate<Role> filter = role -> Filters.within(search, role.getName());
        return RecordList.of(ROLE, filter)
                .answer(view, request, request.getPage(), ListRolesResponse.newBuilder(), check);
    }

    private static QueryResult getBinding(StoreView view, GetBindingRequest request, Check check) {
        check.id("id", request.getId());
        return Gets.answer(view, check, () -> BINDING.ref(request.getId()), GetBindingResponse.getDefaultInstance());
    }

    private static QueryResult listBindings(StoreView view, ListBindingsRequest request, Check check) {
        String search = Filters.search(request.getSearch(), check);
        Predicate<Binding> filter = binding -> Filters.equal(request.getPrincipal(), binding.getPrincipal())
                && Filters.equal(request.getGroup(), binding.getGroup())
                && Filters.equal(request.getRole(), binding.getRole())
                && Filters.within(search, binding.getId());
        return RecordList.of(BINDING, filter)
                .answer(view, request, request.getPage(), ListBindingsResponse.newBuilder(), check);
    }

    private static QueryResult getToken(StoreView view, GetTokenRequest request, Check check) {
        check.id("id", request.getId());
        return Gets.answer(view, check, () -> TOKEN.ref(request.getId()), GetTokenResponse.getDefaultInstance());
    }

    private static QueryResult listTokens(StoreView view, ListTokensRequest request, Check check) {
        String search = Filters.search(request.getSearch(), check);
        Predicate<AccessToken> filter = token -> Filters.equal(request.getPrincipal(), token.getPrincipal())
                && Filters.equal(request.getBatchId(), token.getBatchId())
                && Filters.within(search, token.getId());
        return RecordList.of(TOKEN, filter)
                .answer(view, request, request.getPage(), ListTokensResponse.newBuilder(), check);
    }
}
