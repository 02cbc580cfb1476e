package io.meshkit.domain.query;

import com.google.protobuf.Message;
import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.StateRows;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ErrorDetail;
import java.util.OptionalLong;

/**
 * One verb that reads.
 *
 * @param request the verb's empty request message
 * @param <Q>     the verb's request message
 */
public record QueryHandler<Q extends Message>(Q request, Answer<Q> answer) {
    /** Answers from the view. */
    public interface Answer<Q extends Message> {
        /**
         * @param check what is wrong with the request goes here; then the answer does not count
         */
        QueryResult of(StoreView view, Q request, Check check);
    }

    /** Answers the request, a later page at the revision of the first, or says what is wrong with it. */
    public QueryResult run(StoreView view, Message asked) {
        @SuppressWarnings("unchecked")
        Q typed = (Q) asked;
        OptionalLong revision = Pages.revision(view, typed);
        if (revision.isEmpty()) {
            return answer(view, typed);
        }
        return switch (Past.at(view, revision.getAsLong())) {
            case Past.Seen.View(StoreView past) -> answer(past, typed);
            case Past.Seen.Gone(ErrorDetail error) -> new QueryResult.Refused(error);
            case Past.Seen.Ahead(long ahead) -> new QueryResult.Ahead(ahead);
        };
    }

    private QueryResult answer(StoreView view, Q request) {
        Check check = new Check();
        QueryResult result = answer.of(view, request, check);
        if (!check.isClean()) {
            return new QueryResult.Refused(check.error().orElseThrow());
        }
        return result instanceof QueryResult.Answered answered
                ? answered.asOf(StateRows.read(view).getRevision())
                : result;
    }
}
