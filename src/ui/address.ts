/** The page's address for somebody else: the same page and settings, without the name of whoever is here. */
export function linkForOthers(url: URL): string {
  const link = new URL(url)
  link.searchParams.delete('name')
  link.hash = ''
  return link.href
}
