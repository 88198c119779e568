/** A category of a destination, as Umbrella numbers and labels them (spec umbrella.md, section 11). */
export interface Category {
  readonly id: number;
  readonly label: string;
  readonly type: 'content' | 'security' | 'application' | 'customer';
  readonly deprecated: boolean;
  /** True for third-party security feeds. */
  readonly integration: boolean;
  /** Number the category had before 2018; 10000 + id where none is known. */
  readonly legacyId: number;
}

/** id, label, type, deprecated, integration, legacy id */
const ROWS: readonly (readonly [number, string, Category['type'], boolean, boolean, number])[] = [
  [0, 'Adware', 'content', false, false, 1],
  [1, 'Alcohol', 'content', false, false, 10001],
  [2, 'Auctions', 'content', false, false, 10002],
  [3, 'Blogs', 'content', true, false, 10003],
  [4, 'Chat', 'content', true, false, 10004],
  [5, 'Classifieds', 'content', true, false, 10005],
  [6, 'Dating', 'content', false, false, 10006],
  [7, 'Drugs', 'content', true, false, 10007],
  [8, 'Ecommerce/Shopping', 'content', true, false, 10008],
  [9, 'File Storage', 'content', true, false, 10009],
  [10, 'Gambling', 'content', false, false, 10010],
  [11, 'Games', 'content', false, false, 10011],
  [12, 'Hate/Discrimination', 'content', true, false, 10012],
  [13, 'Health and Fitness', 'content', true, false, 10013],
  [14, 'Humor', 'content', false, false, 10014],
  [15, 'Instant Messaging', 'content', true, false, 10015],
  [16, 'Jobs/Employment', 'content', true, false, 10016],
  [17, 'Movies', 'content', true, false, 10017],
  [18, 'News/Media', 'content', true, false, 10018],
  [19, 'P2P/File sharing', 'content', true, false, 10019],
  [20, 'Photo Sharing', 'content', true, false, 10020],
  [21, 'Portals', 'content', true, false, 10021],
  [22, 'Radio', 'content', true, false, 10022],
  [23, 'Search Engines', 'content', true, false, 10023],
  [24, 'Social Networking', 'content', false, false, 10024],
  [25, 'Software/Technology', 'content', true, false, 10025],
  [26, 'Television', 'content', true, false, 10026],
  [27, 'Advertisements', 'content', false, false, 10027],
  [28, 'Video Sharing', 'content', true, false, 10028],
  [29, 'Visual Search Engines', 'content', true, false, 10029],
  [30, 'Weapons', 'content', false, false, 10030],
  [31, 'Webmail', 'content', true, false, 10031],
  [32, 'Business Services', 'content', true, false, 10032],
  [33, 'Educational Institutions', 'content', true, false, 10033],
  [34, 'Financial Institutions', 'content', true, false, 10034],
  [35, 'Government', 'content', true, false, 10035],
  [36, 'Music', 'content', true, false, 10036],
  [37, 'Parked Domains', 'content', false, false, 10037],
  [38, 'Tobacco', 'content', false, false, 10038],
  [39, 'Sports', 'content', true, false, 10039],
  [40, 'Adult Themes', 'content', true, false, 10040],
  [41, 'Lingerie/Bikini', 'content', true, false, 10041],
  [42, 'Nudity', 'content', true, false, 10042],
  [43, 'Proxy/Anonymizer', 'content', true, false, 10043],
  [44, 'Pornography', 'content', false, false, 10044],
  [45, 'Sexuality', 'content', true, false, 10045],
  [46, 'Tasteless', 'content', true, false, 10046],
  [47, 'Academic Fraud', 'content', true, false, 10047],
  [48, 'Automotive', 'content', true, false, 10048],
  [49, 'Forums/Message boards', 'content', true, false, 10049],
  [50, 'Non-Profits', 'content', true, false, 10050],
  [51, 'Podcasts', 'content', true, false, 10051],
  [52, 'Politics', 'content', false, false, 10052],
  [53, 'Religious', 'content', true, false, 10053],
  [54, 'Research/Reference', 'content', true, false, 10054],
  [55, 'Travel', 'content', false, false, 10055],
  [57, 'Anime/Manga/Webcomic', 'content', true, false, 10057],
  [58, 'Web Spam', 'content', true, false, 10058],
  [59, 'Typo Squatting', 'content', true, false, 10059],
  [60, 'Drive-by Downloads/Exploits', 'security', false, false, 10060],
  [61, 'Dynamic DNS', 'security', false, false, 10061],
  [62, 'Mobile Threats', 'security', false, false, 10062],
  [63, 'High Risk Sites and Locations', 'security', false, false, 10063],
  [64, 'Command and Control', 'security', false, false, 10064],
  [65, 'Command and Control', 'security', false, false, 92],
  [66, 'Malware', 'security', false, false, 94],
  [67, 'Malware', 'security', false, false, 10067],
  [68, 'Phishing', 'security', false, false, 10068],
  [71, 'Block List', 'customer', false, false, 10071],
  [106, 'Unauthorized IP Tunnel Access', 'security', false, false, 10106],
  [107, 'URL Shorteners', 'content', false, false, 10107],
  [108, 'Newly Seen Domains', 'security', false, false, 10108],
  [109, 'Potentially Harmful', 'security', false, false, 174],
  [110, 'DNS Tunneling VPN', 'security', false, false, 176],
  [111, 'Arts', 'content', false, false, 10111],
  [112, 'Astrology', 'content', false, false, 10112],
  [113, 'Computer Security', 'content', false, false, 10113],
  [114, 'Digital Postcards', 'content', false, false, 10114],
  [115, 'Dining and Drinking', 'content', false, false, 10115],
  [116, 'Dynamic and Residential', 'content', false, false, 10116],
  [117, 'Fashion', 'content', false, false, 10117],
  [118, 'File Transfer Services', 'content', false, false, 10118],
  [119, 'Freeware and Shareware', 'content', false, false, 10119],
  [120, 'Hacking', 'content', false, false, 10120],
  [121, 'Illegal Activities', 'content', false, false, 347],
  [122, 'Illegal Downloads', 'content', false, false, 10122],
  [123, 'Infrastructure and Content Delivery Networks', 'content', false, false, 10123],
  [124, 'Internet Telephony', 'content', false, false, 10124],
  [125, 'Lotteries', 'content', false, false, 10125],
  [126, 'Mobile Phones', 'content', false, false, 10126],
  [127, 'Nature', 'content', false, false, 10127],
  [128, 'Online Trading', 'content', false, false, 10128],
  [129, 'Personal Sites', 'content', false, false, 10129],
  [130, 'Professional Networking', 'content', false, false, 10130],
  [131, 'Real Estate', 'content', false, false, 10131],
  [132, 'SaaS and B2B', 'content', false, false, 10132],
  [133, 'Safe for Kids', 'content', false, false, 10133],
  [134, 'Science and Technology', 'content', false, false, 10134],
  [135, 'Sex Education', 'content', false, false, 10135],
  [136, 'Social Science', 'content', false, false, 10136],
  [137, 'Society and Culture', 'content', false, false, 10137],
  [138, 'Software Updates', 'content', false, false, 10138],
  [139, 'Web Hosting', 'content', false, false, 10139],
  [140, 'Web Page Translation', 'content', false, false, 10140],
  [141, 'Organizational Email', 'content', false, false, 10141],
  [142, 'Online Meetings', 'content', false, false, 10142],
  [143, 'Paranormal', 'content', false, false, 10143],
  [144, 'Personal VPN', 'content', false, false, 10144],
  [145, 'DIY Projects', 'content', false, false, 10145],
  [146, 'Hunting', 'content', false, false, 10146],
  [147, 'Military', 'content', false, false, 10147],
  [148, 'Application', 'application', false, false, 10148],
  [150, 'Cryptomining', 'security', false, false, 403],
  [161, 'Adult', 'content', false, false, 10161],
  [162, 'Web-based Email', 'content', false, false, 10162],
  [163, 'Business and Industry', 'content', false, false, 10163],
  [164, 'Chat and Instant Messaging', 'content', false, false, 10164],
  [165, 'Cheating and Plagiarism', 'content', false, false, 10165],
  [166, 'Child Abuse Content', 'content', false, false, 10166],
  [167, 'Computers and Internet', 'content', false, false, 10167],
  [168, 'Education', 'content', false, false, 10168],
  [169, 'Entertainment', 'content', false, false, 10169],
  [170, 'Extreme', 'content', false, false, 10170],
  [171, 'Filter Avoidance', 'content', false, false, 10171],
  [172, 'Finance', 'content', false, false, 10172],
  [173, 'Government and Law', 'content', false, false, 10173],
  [174, 'Hate Speech', 'content', false, false, 10174],
  [175, 'Health and Medicine', 'content', false, false, 10175],
  [176, 'Illegal Drugs', 'content', false, false, 10176],
  [177, 'Job Search', 'content', false, false, 10177],
  [178, 'Lingerie and Swimsuits', 'content', false, false, 10178],
  [179, 'News', 'content', false, false, 10179],
  [180, 'Non-governmental Organizations', 'content', false, false, 10180],
  [181, 'Non-sexual Nudity', 'content', false, false, 10181],
  [182, 'Not Actionable', 'content', false, false, 10182],
  [183, 'Online Communities', 'content', false, false, 10183],
  [184, 'Online Storage and Backup', 'content', false, false, 10184],
  [185, 'Peer File Transfer', 'content', false, false, 10185],
  [187, 'Photo Search and Images', 'content', false, false, 10187],
  [188, 'Reference', 'content', false, false, 10188],
  [189, 'Religion', 'content', false, false, 10189],
  [190, 'Search Engines and Portals', 'content', false, false, 10190],
  [191, 'Shopping', 'content', false, false, 10191],
  [192, 'Sports and Recreation', 'content', false, false, 10192],
  [193, 'Streaming Audio', 'content', false, false, 10193],
  [194, 'Streaming Video', 'content', false, false, 10194],
  [195, 'Transportation', 'content', false, false, 10195],
  [198, 'Cloud and Data Centers', 'content', false, false, 10198],
  [201, 'DoH and DoT', 'content', false, false, 10201],
  [202, 'Internet of Things', 'content', false, false, 10202],
  [205, 'Online Document Sharing and Collaboration', 'content', false, false, 10205],
  [206, 'Private IP Addresses as Host', 'content', false, false, 10206],
  [207, 'Recipes and Food', 'content', false, false, 10207],
];

export const CATEGORIES: readonly Category[] = ROWS.map(([id, label, type, deprecated, integration, legacyId]) => ({
  id,
  label,
  type,
  deprecated,
  integration,
  legacyId,
}));

const BY_ID = new Map(CATEGORIES.map((category) => [category.id, category]));

/** First id of a label that is not in the table is this; see `categoryIdSql` in the event schema. */
export const UNLISTED_CATEGORY_BASE = 0x8000_0000;

export function categoryById(id: number): Category | undefined {
  return BY_ID.get(id);
}

/** A category that logs name and the table does not list: a newer one of the vendor's, as far as anybody can tell. */
export function unlistedCategory(id: number, label: string | null): Category {
  return {
    id,
    label: label ?? String(id),
    type: 'content',
    deprecated: false,
    integration: false,
    legacyId: 10_000 + id,
  };
}

/** The id that events carry for each label: where a label stands twice, its first security id. */
export function categoryIdsByLabel(): Map<string, number> {
  const ids = new Map<string, number>();
  const securityFirst = CATEGORIES.toSorted((a, b) => Number(b.type === 'security') - Number(a.type === 'security'));
  for (const category of securityFirst) {
    const key = category.label.toLowerCase();
    if (!ids.has(key)) ids.set(key, category.id);
  }
  return ids;
}

/** Every id that means the same as `id`: the ids of one label, for filters that name any of them. */
export function synonymousCategoryIds(id: number): number[] {
  const label = BY_ID.get(id)?.label;
  if (label === undefined) return [id];
  return CATEGORIES.filter((category) => category.label === label).map((category) => category.id);
}
