package io.omnirelay.transport.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
    private final Router<String> router = new Router<>();

    RouterTest() {
        for (String template : List.of(
                "/a",
                "/a/{x}",
                "/a/{x}:go",
                "/a:go",
                "/a/b/{y}",
                "/a/{x}/c",
                "/a/special",
                "/files/{path=**}",
                "/one/{x=*}/two")) {
            router.add("GET", PathTemplate.parse(template), template);
        }
        router.add("POST", PathTemplate.parse("/a"), "post");
    }

    @ParameterizedTest
    @CsvSource({
        "/a, /a, ''",
        "/a/1, /a/{x}, 1",
        "/a/1:go, /a/{x}:go, 1",
        "/a:go, /a:go, ''",
        "/a/special, /a/special, ''",
        "/a/special:go, /a/{x}:go, special",
        "/a/b/c, /a/b/{y}, c",
        "/a/b, /a/{x}, b",
        "/a/z/c, /a/{x}/c, z",
        "/files/x/y/z, /files/{path=**}, x/y/z",
        "/one/q/two, /one/{x=*}/two, q",
        "/a/1%3Ago, /a/{x}, 1:go"
    })
    void find_mostLiteral_wins(String path, String template, String variable) {
        Router.Match<String> match = router.find("GET", path);

        assertThat(match.target()).isEqualTo(template);
        assertThat(String.join(",", match.variables())).isEqualTo(variable);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/b", "/a/", "//a", "/a//c", "/a/1:stop", "/a/1/d", "/files", "/a/1/c:go", "/:go"})
    void find_unknown_allowsNothing(String path) {
        Router.Match<String> match = router.find("GET", path);

        assertThat(match.target()).isNull();
        assertThat(match.allowed()).isEmpty();
    }

    @Test
    void find_otherMethod_saysWhichAreAllowed() {
        assertThat(router.find("PUT", "/a").target()).isNull();
        assertThat(router.find("PUT", "/a").allowed()).containsExactly("GET", "POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/..", "/a/.", "/a/%2e%2E", "/a/%zz", "/a/%2", "/a/%", "/a/%00", "/a/%ff", "/a/x:%zz"})
    void find_tricks_areRefused(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> router.find("GET", path));
    }

    @Test
    void add_taken_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> router.add("GET", PathTemplate.parse("/a/{other}"), "again"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> router.add("GET", PathTemplate.parse("/a/{x=**}"), "again"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "/", "/a//b", "/a/*", "/a/{x", "/a/{x=b/*}", "/{x=**}/a", "/a/x{y}"})
    void template_notServed_isRefused(String template) {
        assertThatIllegalArgumentException().isThrownBy(() -> PathTemplate.parse(template));
    }
}
