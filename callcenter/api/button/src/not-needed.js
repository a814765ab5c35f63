// Stands in for packages that yivi-client wants only in old browsers: every browser that knows web components has fetch,
// and we ask for no EventSource (it can't send the header that the IRMA server wants).
export default undefined;
