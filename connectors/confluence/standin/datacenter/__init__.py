"""The first interface as Data Center still has it, whole: `/rest/api` below the context path."""
