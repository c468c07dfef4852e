import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.BreakIterator;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.misc.index.BPIndexReorderer;
import org.apache.lucene.misc.index.BPReorderingMergePolicy;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.uhighlight.LengthGoalBreakIterator;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;

/**
 * Lucene for the benchmarks: one request a line on standard input, tab-separated words; one reply a
 * line on standard output, "ok" and the values, or "error" and the reason. Query times are taken
 * here, from the words to the numbers of the hits.
 */
public final class LuceneDriver {
  private static final Analyzer STEMS =
      new Analyzer() {
        @Override
        protected TokenStreamComponents createComponents(String field) {
          Tokenizer words = new StandardTokenizer();
          TokenStream stems = new SnowballFilter(new LowerCaseFilter(words), "English");
          return new TokenStreamComponents(words, stems);
        }
      };

  private static final int SNIPPET_CHARACTERS = 240;

  /** Small enough that any corpus has several segments, which merging puts in order. */
  private static final int REORDERING_BUFFER_MB = 64;

  private static IndexSearcher searcher;
  private static UnifiedHighlighter highlighter;

  public static void main(String[] arguments) throws IOException {
    PrintStream replies = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    IndexSearcher.setDefaultQueryCache(null);
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      try {
        replies.println("ok\t" + reply(line.split("\t", -1)));
      } catch (Exception error) {
        replies.println("error\t" + error.toString().replaceAll("\\s+", " "));
      }
    }
  }

  private static String reply(String[] words) throws IOException {
    switch (words[0]) {
      case "version":
        return Version.LATEST + "\t" + Runtime.version();
      case "index":
        index(Path.of(words[1]), Path.of(words[2]), words[3].equals("reorder"));
        return "";
      case "open":
        searcher = new IndexSearcher(DirectoryReader.open(FSDirectory.open(Path.of(words[1]))));
        searcher.setSimilarity(new BM25Similarity(1.2f, 0.75f));
        highlighter =
            UnifiedHighlighter.builder(searcher, STEMS)
                .withMaxLength(Integer.MAX_VALUE - 1)
                .withBreakIterator(LuceneDriver::passages)
                .build();
        return "";
      default:
        return answer(words);
    }
  }

  private static BreakIterator passages() {
    return LengthGoalBreakIterator.createClosestToLength(
        BreakIterator.getSentenceInstance(Locale.ROOT), SNIPPET_CHARACTERS, 0.5f);
  }

  private static void index(Path corpus, Path folder, boolean isReordered) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(STEMS);
    config.setSimilarity(new BM25Similarity(1.2f, 0.75f));
    config.setRAMBufferSizeMB(512);
    config.setMergeScheduler(new SerialMergeScheduler());
    if (isReordered) {
      BPIndexReorderer bisection = new BPIndexReorderer();
      bisection.setFields(Set.of("text"));
      config.setMergePolicy(new BPReorderingMergePolicy(new TieredMergePolicy(), bisection));
      config.setRAMBufferSizeMB(REORDERING_BUFFER_MB);
    }
    ObjectMapper json = new ObjectMapper();
    long number = 0;
    try (IndexWriter writer = new IndexWriter(FSDirectory.open(folder), config);
        BufferedReader lines = Files.newBufferedReader(corpus)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        writer.addDocument(document(json.readTree(line), number++));
      }
      if (isReordered) {
        writer.forceMerge(1);
      }
      writer.commit();
    }
  }

  private static Document document(JsonNode article, long number) {
    Document document = new Document();
    String text = article.get("title").asText() + "\n" + article.get("body").asText();
    document.add(new StringField("id", article.get("id").asText(), Field.Store.YES));
    document.add(new TextField("text", text, Field.Store.YES));
    document.add(new NumericDocValuesField("number", number));
    String date = article.get("date").asText();
    if (!date.isEmpty()) {
      document.add(new LongPoint("date", seconds(date)));
      document.add(new NumericDocValuesField("date", seconds(date)));
    }
    return document;
  }

  private static long seconds(String date) {
    if (date.length() > 10) {
      return LocalDateTime.parse(date.substring(0, 19)).toEpochSecond(ZoneOffset.UTC);
    }
    String day = date.length() == 10 ? date : (date + "-01-01").substring(0, 10);
    return LocalDate.parse(day).atStartOfDay().toEpochSecond(ZoneOffset.UTC);
  }

  /** Words of a request: action, kind, words, since, until, limit. */
  private static String answer(String[] words) throws IOException {
    boolean isCount = words[0].equals("count");
    int limit = Integer.parseInt(words[5]);
    long start = System.nanoTime();
    Query query = query(words[1], words[2], words[3], words[4]);
    if (isCount) {
      int total = searcher.count(query);
      return (System.nanoTime() - start) + "\t" + total + "\t";
    }
    TopDocs hits = hits(words[1], query, limit);
    if (words[1].equals("snippets")) {
      highlighter.highlight("text", query, hits, 1);
    }
    long[] numbers = new long[hits.scoreDocs.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(hits.scoreDocs[i]);
    }
    long elapsed = System.nanoTime() - start;
    String total = words[1].equals("total") ? Long.toString(hits.totalHits.value()) : "";
    StringBuilder list = new StringBuilder();
    for (long number : numbers) {
      list.append(number).append(',');
    }
    return elapsed + "\t" + total + "\t" + list;
  }

  private static TopDocs hits(String kind, Query query, int limit) throws IOException {
    switch (kind) {
      case "newest":
        return searcher.search(
            query, limit, new Sort(new SortField("date", SortField.Type.LONG, true)));
      case "total":
        return searcher.search(
            query, new TopScoreDocCollectorManager(limit, null, Integer.MAX_VALUE));
      default:
        return searcher.search(query, limit);
    }
  }

  private static long number(ScoreDoc hit) throws IOException {
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hit.doc, leaves));
    NumericDocValues numbers = leaf.reader().getNumericDocValues("number");
    numbers.advanceExact(hit.doc - leaf.docBase);
    return numbers.longValue();
  }

  private static Query query(String kind, String words, String since, String until)
      throws IOException {
    if (kind.equals("prefix") || kind.equals("letter")) {
      return new PrefixQuery(new Term("text", words));
    }
    List<String> stems = stems(words);
    if (kind.equals("phrase")) {
      return new PhraseQuery("text", stems.toArray(new String[0]));
    }
    BooleanClause.Occur occur =
        kind.equals("and") ? BooleanClause.Occur.MUST : BooleanClause.Occur.SHOULD;
    BooleanQuery.Builder terms = new BooleanQuery.Builder();
    for (String stem : new LinkedHashSet<>(stems)) {
      terms.add(new TermQuery(new Term("text", stem)), occur);
    }
    if (!kind.equals("dates")) {
      return terms.build();
    }
    long last = seconds(until) + 24 * 60 * 60 - 1;
    return new BooleanQuery.Builder()
        .add(terms.build(), BooleanClause.Occur.MUST)
        .add(LongPoint.newRangeQuery("date", seconds(since), last), BooleanClause.Occur.FILTER)
        .build();
  }

  private static List<String> stems(String words) throws IOException {
    List<String> stems = new ArrayList<>();
    try (TokenStream tokens = STEMS.tokenStream("text", words)) {
      CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        stems.add(term.toString());
      }
      tokens.end();
    }
    return stems;
  }
}
